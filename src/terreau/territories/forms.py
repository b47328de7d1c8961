"""Forms of the territories."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from terreau.territories.reading_files import ACCEPTED, MAX_BYTES


class SubdivisionsForm(forms.Form):
    """A file of subdivisions, and where it comes from."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV, XLSX, XLS, ODS ou GeoJSON, 20\u00a0Mo au plus."),
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Le fichier est vide\u00a0: choisissez-en un qui a des lignes."),
        },
    )
    source = forms.CharField(
        label=_("Provenance"),
        max_length=200,
        help_text=_("Montrée avec les chiffres, par exemple «\u00a0mairie, recensement 2022\u00a0»."),
        error_messages={"required": _("Dites d’où vient le fichier.")},
    )

    def clean_file(self) -> object:
        """Refuse a file too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("Le fichier dépasse 20\u00a0Mo\u00a0: divisez-le, ou gardez les seules lignes utiles.")
            )
        return file
