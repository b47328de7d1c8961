"""Finding a territory as people type: no accents, the start of a word, a code, a former name."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from terreau.core.countries import country_from_text
from terreau.core.text import fold
from terreau.territories.enums import NameKind
from terreau.territories.models import Territory, TerritoryName, TerritoryQuerySet
from terreau.territories.reference.world import FRENCH_OVERSEAS
from terreau.territories.rules import fold_place, split_borough, without_article
from terreau.territories.succession import in_force

MOST = 500
# A spelling is taken for another when this near (0 to 100) and nothing is spelt as typed.
NEAR_SPELLING = 82
_KINDS_FIRST = ("country", "region", "department", "grouping", "commune", "borough", "sector", "village")
_LONGEST = 200


def find(text: str, *, limit: int = 20, country: str = "") -> list[Territory]:
    """Territories that a text may mean, the likeliest first, those that ended replaced by what followed.

    Args:
        text: a name or the start of one of its words, a public or national code, a postal code.
        limit: how many at most.
        country: ISO code, to look in one country only.

    Returns:
        Territories in force; `found_as` says by what, when it is not by their own name.
    """
    limit = max(0, min(limit, MOST))
    typed = text.strip()[:_LONGEST]
    keys = _keys(typed)
    if not typed or not keys or not limit:
        return []
    base = Territory.objects.select_related("parent")
    if country:
        base = base.filter(country_code=country.upper())
    found: dict[int, Territory] = {}
    _add(found, _by_code(base, typed))
    if not base.filter(name_folded__in=keys).exists():
        _add(found, _by_usual_country_name(base, typed))
    for source in (_by_name, _by_other_name):
        if len(found) < limit:
            _add(found, source(base, keys, limit))
    if not found:
        _add(found, _by_near_spelling(base, keys[0], limit))
    return list(found.values())[:limit]


def _keys(typed: str) -> list[str]:
    """The folded forms to look for: as typed, with abbreviations written out, without a borough's number."""
    folded = fold_place(typed)
    forms = (fold(typed), folded, split_borough(folded)[0])
    return [form for form in dict.fromkeys(forms) if form]


def _add(found: dict[int, Territory], rows: list[Territory]) -> None:
    ended = [row for row in rows if not row.is_current]
    today = in_force(ended) if ended else {}
    for row in rows:
        for here in [row] if row.is_current else today[row.pk]:
            if here.pk not in found:
                if here is not row:
                    here.found_as = _("anciennement %(name)s") % {"name": row.name}
                found[here.pk] = here


def _by_code(base: TerritoryQuerySet, typed: str) -> list[Territory]:
    code = typed.replace(" ", "").lower()
    if not any(char.isdigit() for char in code) and "-" not in code and len(code) != 2:
        return []
    overseas = FRENCH_OVERSEAS.get(code.upper())
    wanted = Q(code=f"fr-dep-{overseas}" if overseas else code)
    if any(char.isdigit() for char in code):
        wanted |= Q(national_code=code.upper())
    rows = list(base.filter(wanted))
    if code.isdigit() and 4 <= len(code) <= 5:
        served = base.filter(postal_codes__code=code.zfill(5))
        for row in served.current().by_size()[:MOST]:
            row.found_as = _("code postal %(code)s") % {"code": code.zfill(5)}
            rows.append(row)
    return rows


def _by_usual_country_name(base: TerritoryQuerySet, typed: str) -> list[Territory]:
    """« RDC », « Ivory Coast », « Birmanie »: names that are neither the official one nor a translation."""
    iso2 = country_from_text(typed)
    if iso2 is None:
        return []
    rows = list(base.filter(code=iso2.lower()))
    for row in rows:
        row.found_as = _("aussi nommé %(name)s") % {"name": typed}
    return rows


def _matching(field: str, keys: list[str]) -> Q:
    wanted = Q()
    for key in keys:
        wanted |= Q(**{f"{field}__startswith": key}) | Q(**{f"{field}__contains": f" {key}"})
    return wanted


def _nearness(field: str, keys: list[str]) -> Case:
    """A borough told by its number first, then the whole name, its beginning, the start of a word."""
    numbered = [key for key in keys if split_borough(key)[1] is not None]
    return Case(
        *(When(Q(**{f"{field}__startswith": key}), then=Value(-1)) for key in numbered),
        When(Q(**{f"{field}__in": keys}), then=Value(0)),
        *(When(Q(**{f"{field}__startswith": key}), then=Value(1)) for key in keys),
        default=Value(2),
        output_field=IntegerField(),
    )


def _size() -> list[Any]:
    ranks = [When(kind=kind, then=Value(rank)) for rank, kind in enumerate(_KINDS_FIRST)]
    return [
        F("opened_on").asc(nulls_last=True),
        F("population").desc(nulls_last=True),
        Case(*ranks, default=Value(len(ranks)), output_field=IntegerField()),
        "code",
    ]


def _by_name(base: TerritoryQuerySet, keys: list[str], limit: int) -> list[Territory]:
    rows = base.filter(_matching("name_folded", keys)).annotate(
        nearness=_nearness("name_folded", keys),
        over=Case(When(valid_to__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField()),
    )
    return list(rows.order_by("nearness", "over", *_size())[:limit])


def _by_other_name(base: TerritoryQuerySet, keys: list[str], limit: int) -> list[Territory]:
    names = TerritoryName.objects.filter(_matching("name_folded", keys), territory__in=base)
    names = names.annotate(nearness=_nearness("name_folded", keys)).select_related("territory__parent")
    found = []
    for name in names.order_by("nearness", F("territory__population").desc(nulls_last=True), "pk")[:limit]:
        said = _("anciennement %(name)s") if name.kind == NameKind.FORMER else _("aussi nommé %(name)s")
        name.territory.found_as = said % {"name": name.name}
        found.append(name.territory)
    return found


def _by_near_spelling(base: TerritoryQuerySet, key: str, limit: int) -> list[Territory]:
    """A typing error: the nearest names of territories in force; slower, and only when all else failed."""
    if len(key) < 4:
        return []
    names = base.current().order_by().select_related(None).values_list("pk", "name_folded")
    spelt = {pk: without_article(name) for pk, name in names}
    near = process.extract(
        without_article(key), spelt, scorer=fuzz.ratio, score_cutoff=NEAR_SPELLING, limit=limit
    )
    score = {pk: value for _name, value, pk in near}
    rows = base.filter(pk__in=score)
    ordered = sorted(rows, key=lambda row: (-round(score[row.pk]), -(row.population or 0), row.code))
    for row in ordered:
        row.found_as = _("orthographe proche")
    return ordered
