"""Forms of the wizard: the list brought in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from terreau.directory.enums import SourceKind
from terreau.directory.models import Source
from terreau.registers.receiving import About
from terreau.territories.models import Territory

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.ods,.json,.geojson,.jsonld,.jsonl,.ndjson"


class SourceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The sources of the territory, by name."""

    def label_from_instance(self, source: Source) -> str:
        """Its name alone."""
        return source.name


class NewImportForm(forms.Form):
    """A list, and where it comes from."""

    file = forms.FileField(
        label=_("Fichier"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        max_length=255,
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Le fichier est vide\u00a0: choisissez-en un qui a des lignes."),
            "max_length": _("Le nom du fichier est trop long\u00a0: raccourcissez-le."),
        },
    )
    source = SourceChoice(
        label=_("Source"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=_("Une nouvelle source, nommée ci-dessous"),
        help_text=_(
            "Une liste déjà apportée se retrouve ici\u00a0: ses colonnes et ses réponses sont connues."
        ),
    )
    name = forms.CharField(
        label=_("Nom de la nouvelle source"),
        required=False,
        max_length=200,
        help_text=_(
            "Montré sur chaque fiche, par exemple «\u00a0Annuaire des associations de la ville\u00a0»."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Ce que c’est"),
        choices=[
            (SourceKind.LIST, _("Une liste (ville, réseau, enquête…)")),
            (SourceKind.REGISTER, _("Un registre officiel, qui passe avant les listes")),
        ],
        initial=SourceKind.LIST,
        widget=forms.RadioSelect,
    )
    extent = forms.ChoiceField(
        label=_("Ce que contient le fichier"),
        choices=[
            (
                "whole",
                _(
                    "La source entière\u00a0: ce qui n’y est plus sera marqué "
                    "«\u00a0plus vu\u00a0», sans être effacé"
                ),
            ),
            ("partial", _("Un complément\u00a0: il s’ajoute à ce que la source disait déjà")),
        ],
        initial="whole",
        widget=forms.RadioSelect,
    )
    dated_on = forms.DateField(
        label=_("Date des données"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Le jour où la liste était à jour\u202f; montré avec chaque valeur."),
    )
    publisher = forms.CharField(
        label=_("Qui la publie"),
        required=False,
        max_length=200,
        help_text=_("Par exemple\u00a0: ville, ministère."),
    )
    licence = forms.CharField(
        label=_("Licence"),
        required=False,
        max_length=200,
        help_text=_("Par exemple\u00a0: Licence Ouverte 2.0."),
    )
    url = forms.URLField(
        label=_("Adresse de la source"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("La page où la liste se trouve, s’il y en a une."),
    )

    simulated = forms.BooleanField(
        label=_("Ce sont des données simulées"),
        required=False,
        help_text=_(
            "Inventées pour s’exercer\u00a0: chaque fiche, chaque carte et chaque fichier le diront."
        ),
    )

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = territory.sources.filter(kind__in=[SourceKind.LIST, SourceKind.REGISTER])
        self.fields["source"].queryset = listed.order_by("name")  # type: ignore[attr-defined]
        self.fields["file"].help_text = _now(
            "CSV, XLSX, XLS, ODS, JSON ou GeoJSON, %(size)d Mo au plus\u202f; une ligne par organisation, "
            "ou plusieurs qui seront réunies."
        ) % {"size": settings.UPLOAD_MAX_BYTES // (1024 * 1024)}

    def already_said(self) -> list[SafeString]:
        """All but the file, hidden: what is known when mended rows of an import come back."""
        return [self[name].as_hidden() for name in self.fields if name != "file"]

    def clean(self) -> dict[str, Any]:
        """A source is chosen, or named."""
        cleaned = super().clean() or {}
        if not cleaned.get("source") and not (cleaned.get("name") or "").strip():
            self.add_error("name", _now("Choisissez une source plus haut, ou donnez un nom à la nouvelle."))
        return cleaned

    def clean_dated_on(self) -> date | None:
        """A list is not dated of tomorrow: it would prevail over all that is said until then."""
        day: date | None = self.cleaned_data["dated_on"]
        if day and day > localdate():
            raise forms.ValidationError(
                _now("Cette date est à venir\u00a0: donnez le jour où la liste était à jour, ou aucun.")
            )
        return day

    def about(self) -> About:
        """What was said of the source."""
        said = self.cleaned_data
        known = said["source"]
        return About(
            name=known.name if known else said["name"],
            kind=known.kind if known else said["kind"],
            publisher=said["publisher"],
            url=said["url"],
            licence=said["licence"],
            dated_on=said["dated_on"],
            simulated=said["simulated"],
        )


class ReadingForm(forms.Form):
    """The sheet that is read, and the row of its titles, when the file was understood otherwise."""

    sheet = forms.ChoiceField(label=_("Feuille"), required=False)
    header_row = forms.IntegerField(
        label=_("Ligne des titres de colonnes"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("0 si le fichier n’a pas de titres\u202f; vide, elle est cherchée."),
    )

    def __init__(self, *args: Any, described: dict[str, Any], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"sheet": described.get("sheet", "")})
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        names = list(dict.fromkeys([described.get("sheet", ""), *described.get("sheets", [])]))
        self.fields["sheet"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        if len(names) < 2:
            del self.fields["sheet"]
