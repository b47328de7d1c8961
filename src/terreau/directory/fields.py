"""The fields of a sheet: one catalogue for imports, the sheet, the export and the diagnosis.

A `Record`'s `values` holds these keys and no others, already normalised:

- `TEXT`: a string; `URL`: an http(s) address; `DATE`: ISO `YYYY`, `YYYY-MM` or `YYYY-MM-DD`;
- `CODES`: a list of codes of a nomenclature; `CODE`: one code; `TEXTS`: a list of strings;
- `COUNT`: `{"value": int, "on": ISO date or null}` or, for a band, `{"low": int, "high": int|null, "on": …}`;
- `ACTIONS`: a list of `{"what": str, "for_whom": str, "since": ISO date or "", "source_note": str}`;
- `PLACE`: `{"country": "FR", "territory": public code or "", "longitude": float|null,
  "latitude": float|null, "precision": Precision}`;
- `IDENTIFIERS`: `{scheme: value}`;
- `LANGUAGES`: a list of codes of `languages.LANGUAGES`;
- `EMAIL`: an address, in small letters; `CATALOGUE`: a list of `{"kind": "sells"|"offers"|"seeks",
  "what": str, "description": str, "price": str, "conditions": str, "until": ISO date or ""}`;
- `VISIBILITY`: `{key: bool}`, what everybody sees of the keys of `visibility.HIDEABLE`;
- `QUALITIES`: `{condition: bool}`, the conditions of `perimeters` known to be met or not (`ess_flag`,
  `ess_list`, `esus`, `agrement`, `label`, `market_activity`); a key that is absent is not known.

`active` is `"yes"` or `"no"`. In the record of an actor or of an agent, None under a key withdraws
the value that other sources give.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FieldKind(Enum):
    """The shape of a field's value."""

    TEXT = "text"
    URL = "url"
    DATE = "date"
    CODE = "code"
    CODES = "codes"
    TEXTS = "texts"
    COUNT = "count"
    ACTIONS = "actions"
    PLACE = "place"
    IDENTIFIERS = "identifiers"
    QUALITIES = "qualities"
    LANGUAGES = "languages"
    EMAIL = "email"
    CATALOGUE = "catalogue"
    VISIBILITY = "visibility"


@dataclass(frozen=True)
class Field:
    """One field: its key in `Record.values`, what people call it, its shape."""

    key: str
    label: str | Promise
    kind: FieldKind
    help: str | Promise = ""
    # Fields with a column of their own on Organisation; the others live in `shown_values`.
    column: bool = False


FIELDS: tuple[Field, ...] = (
    Field("name", _("Nom"), FieldKind.TEXT, column=True),
    Field("short_name", _("Sigle"), FieldKind.TEXT, column=True),
    Field("description", _("Activité"), FieldKind.TEXT, column=True),
    Field("legal_form", _("Forme juridique"), FieldKind.CODE, column=True),
    Field("family", _("Famille"), FieldKind.CODE, column=True),
    Field("nature", _("Nature"), FieldKind.CODE, column=True),
    Field("sectors", _("Secteurs d’activité"), FieldKind.CODES, column=True),
    Field("issues", _("Enjeux territoriaux"), FieldKind.CODES, column=True),
    Field("filieres", _("Filières"), FieldKind.CODES, column=True),
    Field("activity_code", _("Code d’activité"), FieldKind.TEXT),
    Field("place", _("Lieu"), FieldKind.PLACE),
    Field("address", _("Adresse"), FieldKind.TEXT),
    Field("postal_code", _("Code postal"), FieldKind.TEXT),
    Field("locality", _("Localité"), FieldKind.TEXT),
    Field("district", _("Quartier"), FieldKind.TEXT),
    Field("landmark", _("Repère"), FieldKind.TEXT, _("près de, en face de…")),
    Field("website", _("Site"), FieldKind.URL),
    Field("email", _("Adresse électronique"), FieldKind.EMAIL),
    Field("telephone", _("Téléphone"), FieldKind.TEXT),
    Field("contact", _("Personne à contacter"), FieldKind.TEXT),
    Field("languages", _("Langues"), FieldKind.LANGUAGES),
    Field("catalogue", _("Catalogue"), FieldKind.CATALOGUE),
    Field("offers", _("Propose"), FieldKind.TEXTS),
    Field("seeks", _("Recherche"), FieldKind.TEXTS),
    Field("actions", _("Actions en cours"), FieldKind.ACTIONS),
    Field("umbrellas", _("Structures faîtières"), FieldKind.TEXTS),
    Field("members", _("Membres"), FieldKind.COUNT),
    Field("jobs", _("Emplois"), FieldKind.COUNT),
    Field("founded_on", _("Créée le"), FieldKind.DATE),
    Field("ceased_on", _("Activité cessée le"), FieldKind.DATE),
    Field("active", _("En activité"), FieldKind.CODE),
    Field("identifiers", _("Identifiants"), FieldKind.IDENTIFIERS),
    Field("qualities", _("Signes et agréments de l’ESS"), FieldKind.QUALITIES),
    Field("visibility", _("Ce que tout le monde voit"), FieldKind.VISIBILITY),
    Field(
        "notes",
        _("Remarques sur les données"),
        FieldKind.TEXTS,
        _("par exemple un numéro abîmé par un tableur, gardé tel qu’il est venu"),
    ),
)
BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}

Values = dict[str, Any]
