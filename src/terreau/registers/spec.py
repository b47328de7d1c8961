"""A mapping: how the columns of one list become the fields of a sheet. Pure; read from and written to JSON.

The file a person edits is documented in `docs/imports.md`. What a spec says is all that the reading of a
row depends on, with the translations: its digest enters the digest of each row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from terreau.core.errors import TerreauError
from terreau.core.text import NO_BREAK_SPACE, fold
from terreau.registers.targets import BY_KEY, CODED, PLACING

FORMAT = "terreau-mapping/1"
CONSTANTS = (
    "country",
    "territory",
    "legal_form",
    "family",
    "nature",
    "sectors",
    "issues",
    "filieres",
    "qualities",
    "umbrellas",
    "action_since",
    "action_funder",
    "active",
)
# Beyond what is listed, an unread value of these columns is left aside with a word, or sent to review.
UNKNOWN = ("leave", "review")
_PARTS = ("format", "columns", "constants", "group_by", "without_place", "translations", "note")
_OPTIONS = {"separator", "scheme", "unknown", "order", "note", "certainty", "examples"}


@dataclass(frozen=True)
class ColumnSpec:
    """What one column is.

    Attributes:
        column: its name in the file.
        target: a key of `targets.TARGETS`, or nothing when the column is left out.
        separator: what stands between several values in one cell; guessed (« ; », « | », line end) if empty.
        scheme: kind of identifier the column holds (`siret`…); any, when empty.
        unknown: what to do with a value that has no translation: `leave` it, or `review` the row.
        order: `lonlat` when coordinates in one cell begin with the longitude.
    """

    column: str
    target: str
    separator: str = ""
    scheme: str = ""
    unknown: str = "leave"
    order: str = ""


Translations = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Spec:
    """A whole mapping.

    Attributes:
        columns: in the order in which values of a same target are taken.
        constants: target → value held by every row (the country of a national register).
        group_by: when several rows speak of one organisation, `name`, `identifier` or `source_ref`.
        without_place: whether rows that say nothing of a place are wanted.
        translations: coded target → folded value → codes; an empty tuple drops the value.
    """

    columns: tuple[ColumnSpec, ...]
    constants: Mapping[str, Any] = field(default_factory=dict)
    group_by: str = ""
    without_place: bool = False
    translations: Translations = field(default_factory=dict)

    def columns_for(self, target: str) -> tuple[ColumnSpec, ...]:
        """The columns that hold a target, first to last."""
        return tuple(item for item in self.columns if item.target == target)

    def has(self, target: str) -> bool:
        """Whether a column or a constant gives the target."""
        return target in self.constants or any(item.target == target for item in self.columns)

    def with_translations(self, extra: Translations) -> Spec:
        """The same spec with more translations; what it already says keeps the upper hand."""
        merged = {target: dict(values) for target, values in extra.items()}
        for target, values in self.translations.items():
            merged.setdefault(target, {}).update(values)
        return replace(self, translations=merged)

    def missing(self) -> list[str]:
        """What a list cannot do without and this mapping does not give, in French."""
        found = []
        if not self.columns_for("name"):
            found.append("la colonne du nom (« name »)")
        placed = any(self.has(target) for target in PLACING)
        if self.has("longitude") != self.has("latitude"):
            found.append("la latitude avec la longitude (« latitude », « longitude »)")
        if not (placed or self.without_place or self._placed_by_identifier()):
            found.append(
                "ce qui dit où : une colonne de lieu, une constante (« country » ou « territory »), "
                "ou « without_place »"
            )
        if self.group_by and not self.columns_for(_GROUP_TARGETS.get(self.group_by, self.group_by)):
            found.append(f"la colonne qui regroupe les lignes (« {self.group_by} »)")
        return found

    def _placed_by_identifier(self) -> bool:
        return any(item.scheme for item in self.columns_for("identifier"))

    def digest(self) -> str:
        """Sixteen bytes, in hexadecimal, that change whenever the reading of a row may."""
        text = json.dumps(to_json(self), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


_GROUP_TARGETS = {"identifier": "identifier", "name": "name", "source_ref": "source_ref"}


def signature(columns: Iterable[str]) -> str:
    """A mark of a list's columns, whatever their order: a remembered mapping fits lists that share it."""
    text = "\x1f".join(sorted(columns))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def to_json(spec: Spec) -> dict[str, Any]:
    """The mapping as the file that people edit."""
    columns = {}
    for item in spec.columns:
        said = {"field": item.target}
        said.update(
            {name: getattr(item, name) for name in ("separator", "scheme", "order") if getattr(item, name)}
        )
        if item.unknown != "leave":
            said["unknown"] = item.unknown
        columns[item.column] = said
    return {
        "format": FORMAT,
        "columns": columns,
        "constants": dict(spec.constants),
        "group_by": spec.group_by,
        "without_place": spec.without_place,
        "translations": {
            target: {value: list(codes) for value, codes in sorted(values.items())}
            for target, values in sorted(spec.translations.items())
            if values
        },
    }


def from_json(data: Any, columns: Iterable[str] | None = None) -> Spec:
    """Read a mapping written by a person.

    Args:
        data: the decoded JSON.
        columns: the columns of the list; a mapping that names others is refused.

    Raises:
        TerreauError: in French, naming the first thing that is wrong and what could stand there.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("columns"), Mapping):
        raise _wrong("Le fichier de correspondance doit être un objet JSON qui contient « columns ».")
    if data.get("format", FORMAT) != FORMAT:
        raise _wrong(f"Format inconnu : « {data['format']} ».", f"Attendu : « {FORMAT} ».")
    for part in data:
        if part not in _PARTS:
            raise _wrong(f"Partie inconnue : {_quoted(part)}.", f"Parties possibles : {', '.join(_PARTS)}.")
    if not isinstance(data.get("without_place", False), bool):
        raise _wrong("« without_place » vaut « true » ou « false », sans guillemets.")
    known = None if columns is None else list(columns)
    spec = Spec(
        columns=tuple(_column(str(name), said, known) for name, said in data["columns"].items()),
        constants=_constants(data.get("constants") or {}),
        group_by=_group_by(data.get("group_by") or ""),
        without_place=data.get("without_place") is True,
        translations=_translations(data.get("translations") or {}),
    )
    _refuse_doubles(spec)
    return spec


def _wrong(message: str, remedy: str = "", where: str = "Fichier de correspondance.") -> TerreauError:
    return TerreauError(message, where=where, remedy=remedy or "Voir docs/imports.md.")


def _quoted(text: object) -> str:
    return f"«{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}»"


def _column(name: str, said: Any, known: list[str] | None) -> ColumnSpec:
    if isinstance(said, str):
        said = {"field": said}
    where = f"Fichier de correspondance, colonne {_quoted(name)}."
    if known is not None and name not in known:
        raise _wrong(
            "Cette colonne n’est pas dans la liste.",
            f"Colonnes de la liste{NO_BREAK_SPACE}: {', '.join(known)}.",
            where,
        )
    if not isinstance(said, Mapping):
        raise _wrong("Attendu : un objet avec « field ».", where=where)
    target = str(said.get("field") or "")
    if target and target not in BY_KEY:
        raise _wrong(f"Champ inconnu : {_quoted(target)}.", f"Champs possibles : {', '.join(BY_KEY)}.", where)
    strange = set(said) - _OPTIONS - {"field"}
    if strange:
        raise _wrong(
            f"Option inconnue : {_quoted(sorted(strange)[0])}.",
            f"Options possibles : {', '.join(sorted(_OPTIONS))}.",
            where,
        )
    unknown = str(said.get("unknown") or "leave")
    if unknown not in UNKNOWN:
        raise _wrong("« unknown » vaut « leave » ou « review ».", where=where)
    return ColumnSpec(
        column=name,
        target=target,
        separator=str(said.get("separator") or ""),
        scheme=str(said.get("scheme") or "").lower(),
        unknown=unknown,
        order=str(said.get("order") or ""),
    )


def _constants(said: Any) -> dict[str, Any]:
    if not isinstance(said, Mapping):
        raise _wrong("« constants » doit être un objet.")
    for key in said:
        if key not in CONSTANTS:
            raise _wrong(
                f"Constante inconnue : {_quoted(key)}.", f"Constantes possibles : {', '.join(CONSTANTS)}."
            )
    return {key: value for key, value in said.items() if value not in ("", None, [], {})}


def _group_by(said: Any) -> str:
    if said and said not in _GROUP_TARGETS:
        raise _wrong("« group_by » vaut « name », « identifier », « source_ref » ou rien.")
    return str(said)


def _translations(said: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    if not isinstance(said, Mapping):
        raise _wrong("« translations » doit être un objet.")
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for target, values in said.items():
        if target not in (*CODED, "country") or not isinstance(values, Mapping):
            raise _wrong(
                f"« translations » : {_quoted(target)} n’a pas de traductions.",
                f"Champs possibles : {', '.join((*CODED, 'country'))}.",
            )
        found[target] = {fold(str(value)): _codes(codes) for value, codes in values.items()}
    return found


def _codes(said: Any) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,) if said else ()
    if said is None:
        return ()
    return tuple(str(code) for code in said)


def _refuse_doubles(spec: Spec) -> None:
    seen: dict[str, str] = {}
    for item in spec.columns:
        if not item.target or not BY_KEY[item.target].single:
            continue
        if item.target in seen:
            raise _wrong(
                f"Deux colonnes pour le champ {_quoted(item.target)} : {_quoted(seen[item.target])} et "
                f"{_quoted(item.column)}.",
                "Gardez-en une ; laissez l’autre sans champ.",
            )
        seen[item.target] = item.column
