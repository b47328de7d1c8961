"""The first sentences of a territory's figures, written by rule from the figures; none is invented."""

from __future__ import annotations

import math
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.numbers import french_number, french_quantity
from terreau.observatory.labels import segment_label
from terreau.perimeters.rules import FAMILIES
from terreau.statistics.reading import Figure, FigureSet, Vintage
from terreau.statistics.showing import interval_of, reason, written

_TOP = 3
# A quotient nearer to parity than this is as good as parity.
_NEAR = 0.1

Get = Callable[..., Figure | None]


def getter(found: FigureSet, perimeter: str) -> Get:
    """One figure by its name and its part, None where there is none."""
    kept = {(one.id, one.segment): one for one in found.figures if one.perimeter == perimeter}
    return lambda name, segment="": kept.get((name, segment))


def sentences(found: FigureSet, vintage: Vintage, perimeter: str) -> list[str]:
    """What a mayor asks first: how much it weighs, who, in what, compared with the country, how it moves."""
    get = getter(found, perimeter)
    told = [_weight(get), _field(get), _families(found, perimeter), _sectors(found, vintage, perimeter)]
    if found.place.code != vintage.manifest["root"]:
        told.append(_beside_country(get))
    return [one for one in (*told, _flows(get)) if one]


def _weight(get: Get) -> str:
    jobs, employers, share = get("emplois"), get("employeurs"), get("poids_emploi_total")
    if jobs is None or employers is None:
        return ""
    if jobs.masked:
        return _exact(get) or _("Les emplois ne sont pas montrés\u00a0: %(why)s.") % {"why": reason(jobs)}
    if not employers.value:
        return _("Aucun établissement employeur de l’économie sociale et solidaire n’y est connu.")
    about = {
        "jobs": rounded(jobs.value or 0),
        "bounds": interval_of(jobs, "emplois"),
        "employers": _employers(employers.value),
    }
    if share is None or share.value is None:
        return (
            _(
                "L’économie sociale et solidaire y fait environ %(jobs)s emplois (%(bounds)s), "
                "dans %(employers)s."
            )
            % about
        )
    return _(
        "L’économie sociale et solidaire pèse %(share)s de l’emploi salarié\u00a0: environ %(jobs)s emplois "
        "(%(bounds)s), dans %(employers)s."
    ) % (about | {"share": written(share.value, "part")})


def _exact(get: Get) -> str:
    """Where headcounts are not public, the exact jobs that secrecy lets out, and how many they are of."""
    jobs = get("emplois_exacts")
    if jobs is None or jobs.value is None:
        return ""
    told = ngettext(
        "L’économie sociale et solidaire y fait %(jobs)s emploi salarié, chiffre exact.",
        "L’économie sociale et solidaire y fait %(jobs)s emplois salariés, chiffre exact.",
        int(jobs.value),
    ) % {"jobs": french_number(jobs.value, 0)}
    return f"{told} {jobs.note}".strip()


def _employers(count: float) -> str:
    number = int(count)
    return ngettext("%(n)s établissement employeur", "%(n)s établissements employeurs", number) % {
        "n": french_number(number)
    }


def rounded(jobs: float) -> str:
    """An estimate, no finer than what bands of headcounts allow: to the ten, then to the hundred."""
    step = 1 if jobs < 1_000 else 10 if jobs < 10_000 else 100
    return french_number(math.floor(jobs / step + 0.5) * step, 0)


def _field(get: Get) -> str:
    establishments, units = get("etablissements"), get("structures")
    if establishments is None or units is None or not establishments.value:
        return ""
    active = int(establishments.value)
    seats = int(units.value or 0)
    told = ngettext(
        "On y compte %(n)s établissement, avec ou sans salarié",
        "On y compte %(n)s établissements, avec ou sans salarié",
        active,
    ) % {"n": french_number(active)}
    there = ngettext("%(n)s structure y a son siège.", "%(n)s structures y ont leur siège.", seats) % {
        "n": french_number(seats)
    }
    return f"{told}\u202f; {there}"


def shares(found: FigureSet, perimeter: str, kind: str) -> list[tuple[str, float]]:
    """The parts of the field's jobs, by family or by section, the largest first; nothing when masked."""
    parts = [
        (one.segment, one.value)
        for one in found.figures
        if one.id == "part_emplois" and one.perimeter == perimeter and one.segment.startswith(f"{kind}:")
    ]
    return sorted(((name, value) for name, value in parts if value), key=lambda pair: -pair[1])


def _families(found: FigureSet, perimeter: str) -> str:
    top = shares(found, perimeter, "famille")[:_TOP]
    if not top:
        return ""
    named = [(FAMILIES[segment.partition(":")[2]].plural, share) for segment, share in top]
    if len(named) == 1:
        return _("Tous ces emplois sont dans la famille «\u00a0%(family)s\u00a0».") % {"family": named[0][0]}
    rest = ", ".join(f"{label} {french_quantity(100 * share, '%', 1)}" for label, share in named[1:])
    return _("Par famille\u00a0: %(first)s %(share)s des emplois, %(rest)s.") % {
        "first": named[0][0],
        "share": french_quantity(100 * named[0][1], "%", 1),
        "rest": rest,
    }


def _sectors(found: FigureSet, vintage: Vintage, perimeter: str) -> str:
    top = shares(found, perimeter, "section")[:_TOP]
    if not top:
        return ""
    sections = vintage.manifest["sections"]
    told = "\u202f; ".join(
        f"{_lowered(segment_label(segment, sections))} ({french_quantity(100 * share, '%', 1)})"
        for segment, share in top
    )
    if len(top) == 1:
        name = _lowered(segment_label(top[0][0], sections))
        return _("Tous ces emplois sont dans le secteur «\u00a0%(sector)s\u00a0».") % {"sector": name}
    return _("Premiers secteurs par l’emploi\u00a0: %(sectors)s.") % {"sectors": told}


def _lowered(label: str) -> str:
    return label[:1].lower() + label[1:]


def _beside_country(get: Get) -> str:
    """Whether it weighs more than in the country; only when the interval says so too."""
    one = get("ql")
    if one is None or one.value is None or one.low is None or one.high is None:
        return ""
    about = {"value": written(one.value, "quotient"), "bounds": interval_of(one, "quotient")}
    if abs(one.value - 1) < _NEAR:
        return _("C’est à peu près ce qu’elle pèse dans le pays (quotient %(value)s, %(bounds)s).") % about
    if one.low <= 1 <= one.high:
        return (
            _(
                "Rien ne permet de dire qu’elle y pèse plus, ou moins, que dans le pays "
                "(quotient %(value)s, %(bounds)s\u202f; 1 est l’égalité)."
            )
            % about
        )
    if one.value > 1:
        return _("C’est %(value)s fois ce qu’elle pèse dans le pays (%(bounds)s).") % about
    return _("C’est moins que dans le pays\u00a0: %(value)s fois ce qu’elle y pèse (%(bounds)s).") % about


def _flows(get: Get) -> str:
    created, closed = get("creation"), get("cessation")
    if created is None or closed is None or created.masked or closed.masked:
        return ""
    if not created.value and not closed.value:
        return ""
    return _("En un an, établissements créés\u00a0: %(created)s\u202f; fermés\u00a0: %(closed)s.") % {
        "created": french_number(created.value),
        "closed": french_number(closed.value),
    }
