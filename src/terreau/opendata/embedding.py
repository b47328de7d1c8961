"""The line that a town's webmaster copies, and the addresses it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.directory.asking import Asking
from terreau.opendata import colours
from terreau.opendata.colours import Theme
from terreau.opendata.enums import View

# Parameter of an address → which colour it gives.
COLOURS = {"fond": "paper", "texte": "ink", "accent": "accent"}
# What a frame may be narrowed by; its territory stands in its path.
FILTERS = (
    *("q", "famille", "secteur", "enjeu", "filiere", "source", "confirmee", "lieu"),
    *("pres", "zone", "cessees", "exact", "tri"),
)
HEIGHT = 700
HEIGHTS = (300, 3000)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Frame:
    """A frame as it is asked for: whose, which view, narrowed by what, in which colours, how high."""

    code: str
    name: str
    view: View = View.DIRECTORY
    filters: Pairs = ()
    colours: Pairs = ()
    height: int = HEIGHT

    @property
    def path(self) -> str:
        """Its address on this site."""
        query = urlencode([*self.filters, *self.colours])
        path = reverse("opendata:frame", args=[self.code, self.view.value])
        return f"{path}?{query}" if query else path

    @property
    def title(self) -> str:
        """What the frame is called, for who hears the page."""
        what = _("Carte") if self.view is View.MAP else _("Annuaire")
        return _("%(what)s de l’économie sociale et solidaire, %(name)s") % {
            "what": what,
            "name": self.name,
        }

    def script_line(self) -> str:
        """The line whose frame takes the height of what it shows."""
        data = {
            "territoire": self.code,
            "vue": self.view.value,
            "filtres": urlencode(self.filters),
            **dict(self.colours),
            "hauteur": "" if self.height == HEIGHT else str(self.height),
            "titre": self.title,
        }
        said = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items() if value)
        return f'<script src="{settings.PUBLIC_URL}{reverse("opendata:script")}"{said} async></script>'

    def frame_line(self) -> str:
        """The line without script, of a fixed height."""
        return (
            f'<iframe src="{escape(settings.PUBLIC_URL + self.path)}" title="{escape(self.title)}" '
            f'width="100%" height="{self.height}" loading="lazy" style="border:0"></iframe>'
        )


def colours_of(parameters: QueryDict) -> Pairs:
    """The colours of an address, written `rrggbb`; what is none is left out."""
    found = [(name, colours.parse(parameters.get(name, ""))) for name in COLOURS]
    return tuple((name, colour.removeprefix("#")) for name, colour in found if colour)


def theme_of(parameters: Pairs) -> Theme:
    """The theme of these colours."""
    return colours.theme(**{COLOURS[name]: colours.parse(colour) for name, colour in parameters})


def filters_of(asking: Asking) -> Pairs:
    """The filters of a question that a frame can keep, sorted."""
    return tuple(sorted(pair for pair in asking.parameters if pair[0] in FILTERS))
