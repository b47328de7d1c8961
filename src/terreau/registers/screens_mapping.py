"""The page of the columns: what each is thought to be, what the person says of it, and what results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from terreau.core.identifiers import SCHEMES
from terreau.perimeters.rules import FAMILIES, NATURES
from terreau.registers.mapping import CERTAIN, ColumnGuess
from terreau.registers.models import ImportRun
from terreau.registers.planning import Plan, preview
from terreau.registers.screens_choices import Options, countries, plain
from terreau.registers.screens_rows import ReadTable, read_table
from terreau.registers.screens_translations import Translations, ValueTable
from terreau.registers.spec import ColumnSpec, Spec
from terreau.registers.targets import BY_KEY, CODED, TARGETS

_PROBABLE = 0.7
_SEVERAL = frozenset({"offers", "seeks", "umbrellas", "action", "action_for", "action_since"})


@dataclass(frozen=True)
class Option:
    """One more thing to say of a column."""

    label: str
    select: SafeString
    id: str


@dataclass(frozen=True)
class ColumnLine:
    """One column of the list, as the page shows it."""

    name: str
    id: str
    samples: list[str]
    select: SafeString
    certainty: str
    tone: str
    why: str
    options: list[Option]
    options_open: bool
    problem: str


@dataclass(frozen=True)
class Constant:
    """One value that every row takes where its columns say nothing."""

    id: str
    label: str
    control: SafeString
    help: str = ""


@dataclass
class MappingScreen:
    """All that the page needs."""

    spec: Spec
    columns: list[ColumnLine]
    constants: list[Constant]
    tables: list[ValueTable]
    problems: list[str]
    doubts: list[str]
    whole: bool
    rows: ReadTable | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the list can be read so."""
        return not self.problems


def screen(
    run: ImportRun, plan: Plan, data: Mapping[str, Any] | None, *, rows: bool = False
) -> MappingScreen:
    """The page for what the form says, or for what is remembered or proposed.

    Args:
        run: the import.
        plan: what is remembered or proposed for it.
        data: what was posted, or None.
        rows: whether the ten first rows are to be read so.
    """
    form = Form(run, plan, data)
    spec = form.spec()
    translations = Translations(run, plan, spec)
    if data is not None:
        spec = replace(spec, translations=translations.chosen(plan, data))
    whole = bool(data and data.get("tout"))
    doubled = doubles(spec)
    found = MappingScreen(
        spec=spec,
        columns=[form.line(index, guess, spec, doubled) for index, guess in enumerate(plan.proposal.guesses)],
        constants=form.constants(spec),
        tables=translations.tables(spec, whole=whole),
        problems=[*doubled.values(), *missing_words(spec)],
        doubts=[] if plan.remembered else doubt_words(run, plan.proposal.doubts),
        whole=whole,
    )
    if rows:
        found.rows = read_table(preview(run, spec, plan.sample))
    return found


def doubles(spec: Spec) -> dict[str, str]:
    """Column → why it cannot be: another holds the same field, of which there is but one."""
    seen: dict[str, str] = {}
    found = {}
    for item in spec.columns:
        if not item.target or not BY_KEY[item.target].single:
            continue
        if item.target in seen:
            found[item.column] = _(
                "«\u00a0%(field)s\u00a0» est donné par deux colonnes, «\u00a0%(first)s\u00a0» et "
                "«\u00a0%(second)s\u00a0»\u00a0: gardez-en une."
            ) % {"field": BY_KEY[item.target].label, "first": seen[item.target], "second": item.column}
        else:
            seen[item.target] = item.column
    return found


def missing_words(spec: Spec) -> list[str]:
    """What the mapping lacks, in the words of the page rather than of the mapping file."""
    found = []
    for text in spec.missing():
        if text.startswith("la colonne du nom"):
            found.append(_("Dites quelle colonne donne le nom des organisations."))
        elif text.startswith("ce qui dit où"):
            found.append(
                _(
                    "Dites ce qui donne le lieu\u00a0: une colonne (commune, code postal, coordonnées, "
                    "pays…), ou, plus bas, un pays ou un territoire pour toutes les lignes, ou la case "
                    "«\u00a0sans lieu\u00a0»."
                )
            )
        elif text.startswith("la latitude"):
            found.append(_("La longitude et la latitude vont ensemble\u00a0: il manque l’une des deux."))
        elif text.startswith("la colonne qui regroupe"):
            found.append(_("La colonne par laquelle les lignes sont réunies n’est pas dite."))
        else:
            found.append(_("Il manque %(what)s.") % {"what": text})
    return found


def doubt_words(run: ImportRun, doubts: Iterable[str]) -> list[str]:
    """What a person must look at before a first reading, in the words of the page."""
    found = []
    for text in doubts:
        if text.startswith("le lieu"):
            found.append(
                _(
                    "Aucune colonne ne dit sûrement où sont ces organisations. Si toutes sont de "
                    "%(territory)s, choisissez ce territoire plus bas\u202f; sinon elles seront sans lieu "
                    "précis."
                )
                % {"territory": run.territory.name}
            )
        else:
            found.append(f"{text[:1].upper()}{text[1:]}.")
    return found


class Form:
    """Reads the page, and fills it."""

    def __init__(self, run: ImportRun, plan: Plan, data: Mapping[str, Any] | None) -> None:
        self._run, self._plan, self._data = run, plan, data
        self._known = {item.column: item for item in plan.spec.columns}

    # --- What the form says ------------------------------------------------------------------------

    def spec(self) -> Spec:
        """The mapping, translations aside."""
        base = self._plan.spec
        if self._data is None:
            return base
        said = {
            guess.column: self._column(index, guess)
            for index, guess in enumerate(self._plan.proposal.guesses)
        }
        # Of several columns with one field, the first is taken first: their order is kept.
        ordered = [item.column for item in base.columns if item.column in said]
        ordered += [column for column in said if column not in self._known]
        group_by = str(self._data.get("grouper") or "")
        return replace(
            base,
            columns=tuple(said[column] for column in ordered),
            constants=self._constants(base),
            group_by=group_by if group_by in _groupings() else "",
            without_place="sans-lieu" in self._data,
        )

    def _column(self, index: int, guess: ColumnGuess) -> ColumnSpec:
        data = self._data or {}
        known = self._known.get(guess.column, ColumnSpec(guess.column, ""))
        target = str(data.get(f"c{index}", known.target))
        if target not in BY_KEY:
            return ColumnSpec(guess.column, "")
        base = known if target == known.target else ColumnSpec(guess.column, target)
        if target == guess.target != known.target:
            base = ColumnSpec(guess.column, target, guess.separator, guess.scheme, "leave", guess.order)
        offered = _offered(target)
        told = {name: str(data[f"c{index}-{name}"]) for name in offered if f"c{index}-{name}" in data}
        # A browser sends the end of a line as two characters.
        told = {name: said.replace("\r\n", "\n") for name, said in told.items()}
        allowed = {name: said for name, said in told.items() if _allowed(name, said)}
        return replace(base, **allowed)

    def _constants(self, base: Spec) -> dict[str, Any]:
        kept = dict(base.constants)
        for key in _CONSTANT_KEYS:
            name = f"k-{key}"
            if self._data is not None and name in self._data:
                kept.pop(key, None)
                said = str(self._data[name]).strip()
                if said:
                    kept[key] = said[:200]
        return kept

    # --- What the page shows -------------------------------------------------------------------------

    def line(self, index: int, guess: ColumnGuess, spec: Spec, doubled: Mapping[str, str]) -> ColumnLine:
        """One column of the page."""
        item = next(one for one in spec.columns if one.column == guess.column)
        certainty, tone = self._certainty(item, guess)
        options = [self._option(index, name, item) for name in _offered(item.target)]
        return ColumnLine(
            name=guess.column,
            id=f"c{index}",
            samples=guess.samples,
            select=_targets().select(f"c{index}", item.target, id=f"c{index}"),
            certainty=certainty,
            tone=tone,
            why=guess.why if item.target == guess.target and guess.certainty < CERTAIN else "",
            options=options,
            options_open=any(getattr(item, name) not in ("", "leave") for name in _offered(item.target)),
            problem=doubled.get(guess.column, ""),
        )

    def _certainty(self, item: ColumnSpec, guess: ColumnGuess) -> tuple[str, str]:
        known = self._known.get(item.column)
        if known is None or item.target != known.target:
            return _("votre choix"), "good"
        if self._plan.remembered is not None:
            return (_("confirmée") if item.target else _("non reprise")), ""
        if not item.target:
            return _("non reprise"), ""
        if item.target != guess.target:
            return _("proposée"), ""
        if guess.certainty >= CERTAIN:
            return _("sûre"), "good"
        return (_("probable"), "") if guess.certainty >= _PROBABLE else (_("à vérifier"), "warn")

    @staticmethod
    def _option(index: int, name: str, item: ColumnSpec) -> Option:
        ident = f"c{index}-{name}"
        label, options = _option_choices(name)
        return Option(label, options.select(ident, getattr(item, name), id=ident), ident)

    def constants(self, spec: Spec) -> list[Constant]:
        """What all rows take where their columns say nothing."""
        here = self._run.territory
        territories = plain({here.code: here.name}, _("Aucun"))
        values = {key: str(spec.constants.get(key, "") or "") for key in _CONSTANT_KEYS}
        return [
            Constant(
                "k-country",
                _("Pays des lignes qui n’en disent pas"),
                plain(countries(), _("Aucun")).select("k-country", values["country"].upper(), id="k-country"),
            ),
            Constant(
                "k-territory",
                _("Territoire de toutes les lignes"),
                territories.select("k-territory", values["territory"], id="k-territory"),
                _(
                    "Choisissez-le quand la liste ne contient que des organisations d’ici. Le quartier ou le "
                    "village que nomme la colonne du lieu est gardé, s’il est des vôtres."
                ),
            ),
            Constant(
                "k-family",
                _("Famille de l’ESS, quand aucune colonne ne la dit"),
                plain({word.code: word.label for word in FAMILIES.values()}, _("Aucune")).select(
                    "k-family", values["family"], id="k-family"
                ),
            ),
            Constant(
                "k-nature",
                _("Nature, quand aucune colonne ne la dit"),
                plain({word.code: word.label for word in NATURES.values()}, _("Aucune")).select(
                    "k-nature", values["nature"], id="k-nature"
                ),
            ),
        ]


_CONSTANT_KEYS = ("country", "territory", "family", "nature")


def grouping_select(spec: Spec) -> SafeString:
    """By what rows are put together, as a choice list."""
    return plain(_groupings()).select("grouper", spec.group_by, id="grouper")


def _groupings() -> dict[str, str]:
    return {
        "": _("Une ligne est une organisation"),
        "name": _("Réunir les lignes du même nom (les subventions d’une même association)"),
        "identifier": _("Réunir les lignes du même identifiant national"),
        "source_ref": _("Réunir les lignes du même identifiant dans la liste"),
    }


@cache
def _targets() -> Options:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for target in TARGETS:
        grouped.setdefault(target.group, []).append((target.key, target.label))
    return Options([("", [("", _("Ne pas reprendre"))]), *grouped.items()])


def _offered(target: str) -> tuple[str, ...]:
    """The options that mean something for a field."""
    if target == "identifier":
        return ("scheme",)
    if target == "coordinates":
        return ("order",)
    if target in CODED:
        return ("separator", "unknown") if not BY_KEY[target].single else ("unknown",)
    return ("separator",) if target in _SEVERAL else ()


def _option_choices(name: str) -> tuple[str, Options]:
    if name == "scheme":
        return _("Quel identifiant"), plain(
            {code: one.label for code, one in SCHEMES.items()}, _("Reconnaître chacun")
        )
    if name == "order":
        return _("Ordre"), plain({"lonlat": _("longitude, puis latitude")}, _("latitude, puis longitude"))
    if name == "unknown":
        return _("Une valeur sans traduction"), plain(
            {"leave": _("est laissée de côté"), "review": _("met la ligne à revoir")}
        )
    words = {
        ";": _("point-virgule (;)"),
        ",": _("virgule (,)"),
        "|": _("barre verticale (|)"),
        "/": _("barre oblique (/)"),
        "\n": _("retour à la ligne"),
    }
    return _("Entre deux valeurs d’une case"), plain(words, _("deviné (; | ou retour à la ligne)"))


def _allowed(name: str, said: str) -> bool:
    if name == "separator":
        return len(said) <= 3
    return said in _option_choices(name)[1].values
