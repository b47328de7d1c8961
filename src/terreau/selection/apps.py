"""Configuration of the application « selection »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "selection.opened": _("a préparé le choix"),
    "selection.money": _("a changé les montants du choix"),
    "selection.bound": _("a ajouté une contrainte au choix"),
    "selection.unbound": _("a retiré une contrainte du choix"),
    "selection.invited": _("a invité des organisations à voter sur le choix"),
    "selection.vote_closed": _("a clos le vote sur le choix"),
    "selection.decided": _("a enregistré le choix"),
}


class SelectionConfig(AppConfig):
    """The projects chosen together under a budget, and what the actors vote for."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.selection"
    label = "selection"
    verbose_name = _("choix sous budget")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.selection import jobs, of_project, panels  # noqa: F401
        from terreau.territories import published

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        register_page("selection", "selection:own", under_territory=True)
        register_names("selection", panels.names)
        house.territory_doors.register(
            house.TerritoryDoor(
                "selection",
                house.DoorGroup.ACTING,
                35,
                _("Choix sous budget"),
                panels.door,
                right="read_draft",
            )
        )
        published.kinds.register(
            published.Kind("selection", 53, _("Projets retenus"), panels.shown, panels.lines)
        )
        house.project_traces.register(
            house.ProjectTrace("selection", 20, _("Choix sous budget"), of_project.links)
        )
        house.personal_data.register(
            house.PersonalData(
                "selection",
                50,
                _("Choix de projets préparés"),
                export=panels.export,
                erase=panels.erase,
                erased="",
                kept=_("Les choix que vous avez préparés ou enregistrés restent, sans votre nom."),
            )
        )
