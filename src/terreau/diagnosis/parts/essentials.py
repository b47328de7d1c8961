"""« L’essentiel »: the first page, written from the figures by rule. No sentence is invented."""

from __future__ import annotations

from datetime import date

from terreau.core.numbers import french_number
from terreau.diagnosis.content import Part
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts, Tally
from terreau.diagnosis.parts.common import COUNTED, count_figure, ratio_figure
from terreau.diagnosis.rules import MINIMUM_FOR_SHARE, Figure, share
from terreau.diagnosis.wording import (
    COLON,
    SEMICOLON,
    capitalised,
    day_in_words,
    listed,
    organisations,
    quoted,
    several,
)
from terreau.perimeters.vocabulary import FAMILIES, OUTSIDE, Word

_TOP = 3
_LEADING = 0.8  # share of the rows from which one source makes the picture
MASCULINE = ("arrondissements", "secteurs", "villages")


def build(facts: Facts, drawings: Drawings) -> Part:
    """The figures everyone asks for first, and what they say in a few sentences."""
    sentences = [_simulated(facts), _known(facts)]
    if facts.active:
        sentences += [_families(facts), _top(facts.sectors, "Secteurs les plus présents", "le secteur")]
        sentences += [_top(facts.issues, "Enjeux les plus cités", "l’enjeu"), _silent(facts), _places(facts)]
        sentences += [_freshness(facts), _portrait(facts)]
    sentences.append(_coverage(facts))
    return Part(
        key="essentiel",
        title="L’essentiel",
        texts=tuple(sentence for sentence in sentences if sentence),
        figures=tuple(_figures(facts)),
    )


def _simulated(facts: Facts) -> str:
    if not (facts.simulated or facts.evidence.simulated):
        return ""
    named = ", que le tableau des sources nomme" if facts.simulated else ""
    return (
        f"Données simulées{COLON}des chiffres de ce diagnostic reposent sur des données inventées pour "
        f"s’exercer{named}. Ils ne décrivent pas le territoire réel."
    )


def _figures(facts: Facts) -> list[Figure]:
    figures = [
        count_figure(
            facts,
            "organisations",
            "organisation connue en activité" if facts.active == 1 else "organisations connues en activité",
            facts.active,
            counted="organisations de l’annuaire en activité, toutes familles, hors familles comprises",
            method="organisations",
        )
    ]
    if facts.active:
        figures.append(_confirmed_figure(facts))
        figures.append(density_figure(facts))
    return figures


def _confirmed_figure(facts: Facts) -> Figure:
    """The share confirmed; the number alone where there are too few to speak of shares."""
    label = "confirmées depuis moins de douze mois"
    counted = f"{COUNTED}, confirmées par elles-mêmes ou par l’agent"
    found = share(facts.confirmed, facts.active)
    if found.refused:
        alone = label.replace("confirmées", "confirmée") if facts.confirmed < 2 else label
        return count_figure(
            facts, "confirmees.nombre", alone, facts.confirmed, counted=counted, method="fraicheur"
        )
    return ratio_figure(
        facts,
        "confirmees",
        label,
        found,
        unit="%",
        numerator=facts.confirmed,
        denominator=facts.active,
        counted=counted,
        method="fraicheur",
        decimals=1,
    )


def density_figure(facts: Facts) -> Figure:
    """The density of what a complete source attests, or why there is none."""
    inhabitants = facts.inhabitants
    year = f", population de {inhabitants.year}" if inhabitants and inhabitants.year else ""
    return ratio_figure(
        facts,
        "densite",
        f"{facts.coverage.field or 'organisations'} pour 1\u202f000 habitants",
        facts.coverage.density(inhabitants),
        unit="pour 1\u202f000 habitants",
        numerator=facts.coverage.count,
        denominator=inhabitants.value if inhabitants else None,
        counted=f"{facts.coverage.field or COUNTED}, pour 1\u202f000 habitants{year}",
        method="densite",
        decimals=2,
        reliability=facts.covered_reliability,
        source=listed([claim.source_name for claim in facts.coverage.claims]) or facts.source_words,
    )


def _known(facts: Facts) -> str:
    when = f"{facts.name}{COLON}au {day_in_words(facts.as_of)}, l’annuaire"
    if not facts.active:
        nothing = f"{when} ne connaît encore aucune organisation en activité."
        return f"{nothing} Cela ne veut pas dire qu’il n’y en a pas."
    text = f"{when} connaît {organisations(facts.active)} en activité."
    if facts.names:
        named = SEMICOLON.join(facts.names)
        text = f"{text[:-1]}{COLON}{named}."
    return text


def _families(facts: Facts) -> str:
    known = facts.active - facts.families.get("", 0)
    found = [(facts.families.get(code, 0), word) for code, word in FAMILIES.items()]
    found = sorted([(n, word) for n, word in found if n], key=lambda pair: -pair[0])
    if not known or facts.active == 1:
        return ""
    told = listed([_of_family(n, word) for n, word in found])
    if known == facts.active and len(found) == 1:
        word = found[0][1]
        return f"Toutes sont {word.plural if word.code == OUTSIDE else f'des {word.plural}'}."
    if known == facts.active:
        return f"On y compte {told}."
    if len(found) == 1:
        others = "de l’autre" if facts.active - known == 1 else "des autres"
        return f"{capitalised(told)}{SEMICOLON}la famille {others} n’est pas connue."
    among = several(known, "organisation", "d’entre elles", feminine=True)
    return f"La famille est connue pour {among}{COLON}{told}."


def _of_family(count: int, word: Word) -> str:
    """« 326 associations », « 11 organisations hors familles »: what no family holds needs a noun."""
    one, many = word.label, word.plural
    if word.code == OUTSIDE:
        one, many = f"organisation {one}", f"organisations {many}"
    return several(count, one, many, feminine=True)


def _top(tally: Tally, lead: str, what: str) -> str:
    if tally.known < 2:
        return ""
    told = SEMICOLON.join(f"{label} ({french_number(number)})" for _, label, number in tally.counts[:_TOP])
    return f"{lead}, parmi les {organisations(tally.known)} dont {what} est connu{COLON}{told}."


def _silent(facts: Facts) -> str:
    """What no source tells: its section is not there, and the reader must not wonder why."""
    known = (
        ("la famille", facts.active - facts.families.get("", 0)),
        ("le secteur d’activité", facts.sectors.known),
        ("l’enjeu territorial", facts.issues.known),
    )
    silent = [word for word, number in known if not number]
    if facts.active < 2 or not silent:
        return ""
    *others, last = silent
    told = f"{', '.join(others)} ni {last}" if others else last
    return f"Aucune source ne dit {told} de ces organisations."


def _portrait(facts: Facts) -> str:
    """Whether one list makes the picture: it then shows what that list was made for."""
    rows = sum(one.here for one in facts.local_sources)
    if rows < MINIMUM_FOR_SHARE:
        return ""
    first = max(facts.local_sources, key=lambda one: one.here)
    if first.here < _LEADING * rows:
        return ""
    if first.here == rows:
        lines = "Toutes les lignes qui les citent viennent"
    else:
        verb = "viennent" if first.here > 1 else "vient"
        lines = f"{french_number(first.here)} des {french_number(rows)} lignes qui les citent {verb}"
    what = "ce registre" if first.kind == "register" else "cette source"
    return f"{lines} de {quoted(first.name)}{COLON}ce portrait est d’abord celui de {what}."


def _places(facts: Facts) -> str:
    if not facts.units or facts.units_total < 2:
        return ""
    first = facts.units[0]
    total = f"des {french_number(facts.units_total)} {facts.units_kind}"
    if len(facts.units) > 1:
        where = f"On en connaît dans {french_number(len(facts.units))} {total}"
        return f"{where}{SEMICOLON}{first.name} en compte le plus ({french_number(first.count)})."
    gender = "un seul" if facts.units_kind in MASCULINE else "une seule"
    return f"On n’en connaît que dans {gender} {total}{COLON}{first.name}."


def _freshness(facts: Facts) -> str:
    sources = facts.local_sources
    if not sources:
        return ""
    text = f"Ces informations viennent {_of_sources(len(sources))}"
    text += _dated([one.oldest or one.dated_on for one in sources])
    if not facts.confirmed:
        return f"{text}. Aucune n’a été confirmée depuis douze mois."
    verb = "a été confirmée" if facts.confirmed == 1 else "ont été confirmées"
    return f"{text}. {capitalised(organisations(facts.confirmed))} {verb} depuis moins de douze mois."


def _dated(dates: list[date | None]) -> str:
    known = [one.year for one in dates if one]
    if len(dates) == 1:
        return f", datée de {known[0]}" if known else ", sans date"
    if not known:
        return f"{SEMICOLON}aucune n’est datée"
    if len(known) == len(dates):
        return f"{SEMICOLON}la plus ancienne date de {min(known)}"
    if len(known) == 1:
        return f"{SEMICOLON}une seule est datée, de {known[0]}"
    return f"{SEMICOLON}de celles qui sont datées, la plus ancienne est de {min(known)}"


def _of_sources(count: int) -> str:
    return "d’une seule source" if count == 1 else f"de {count} sources"


def _coverage(facts: Facts) -> str:
    if not facts.coverage.known:
        if not facts.active:
            return (
                "La couverture est inconnue\u00a0: aucune source n’est déclarée complète pour ce territoire."
            )
        minimum = "Ce nombre est un minimum" if facts.active == 1 else "Ces nombres sont des minimums"
        return (
            "La couverture est inconnue\u00a0: aucune source n’est déclarée complète pour ce territoire. "
            f"{minimum}\u202f; aucune ne dit combien d’organisations restent à connaître."
        )
    names = listed([f"«\u00a0{claim.source_name}\u00a0»" for claim in facts.coverage.claims])
    known = f"Couverture connue pour «\u00a0{facts.coverage.field}\u00a0», d’après {names}."
    if facts.wholly_covered:
        return known
    return f"{known} Pour le reste, elle est inconnue{COLON}ces nombres sont des minimums."
