"""Configuration of the application « evaluation »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "evaluation.opened": _("a ouvert l’évaluation"),
    "evaluation.criteria": _("a changé les critères ou les seuils de l’évaluation"),
    "evaluation.invited": _("a invité des évaluateurs à l’évaluation"),
    "evaluation.uninvited": _("a retiré des liens inutilisés de l’évaluation"),
    "evaluation.marked": _("a reçu les notes d’un évaluateur de l’évaluation"),
    "evaluation.stepped_back": _("a reçu une déclaration d’intérêt personnel dans l’évaluation"),
    "evaluation.came_back": _("a vu retirer une déclaration d’intérêt personnel dans l’évaluation"),
    "evaluation.weighed": _("a reçu les cartes d’un évaluateur de l’évaluation"),
    "evaluation.weights": _("a changé les poids de l’évaluation"),
    "evaluation.first_closed": _("a clos le premier tour de l’évaluation"),
    "evaluation.second_opened": _("a ouvert le second tour de l’évaluation"),
    "evaluation.closed": _("a clos la notation de l’évaluation"),
    "evaluation.decided": _("a décidé de l’évaluation"),
    "evaluation.withdrawn": _("a retiré l’évaluation, ouverte par erreur,"),
}


class EvaluationConfig(AppConfig):
    """Projects judged before they start: marks, weights, reading of the result, decision."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.evaluation"
    label = "evaluation"
    verbose_name = _("évaluation")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.evaluation import of_project, panels
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.territories import published

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        register_page("evaluation", "evaluation:own", under_territory=True)
        register_names("evaluation", panels.names)
        house.territory_doors.register(
            house.TerritoryDoor(
                "evaluation",
                house.DoorGroup.ACTING,
                34,
                _("Évaluations de projets"),
                panels.door,
                right="read_team",
            )
        )
        published.kinds.register(
            published.Kind("evaluation", 52, _("Projets évalués"), panels.shown, panels.lines)
        )
        house.workspace_tasks.register(house.WorkspaceTask("evaluation", 29, panels.tasks))
        house.project_traces.register(house.ProjectTrace("evaluation", 10, _("Évaluation"), of_project.links))
        house.personal_data.register(
            house.PersonalData(
                "evaluation",
                49,
                _("Projets notés, critères pesés"),
                export=panels.export,
                erase=panels.erase,
                erased=_("Vos notes et vos cartes d’une évaluation où vous n’avez rien envoyé."),
                kept=_("Les notes envoyées et les décisions restent, sans votre nom."),
            )
        )
