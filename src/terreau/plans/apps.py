"""Configuration of the application « plans »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "plan.opened": _("a ouvert le plan d’action"),
    "plan.changed": _("a modifié ce que dit de lui-même le plan d’action"),
    "plan.shown": _("a rendu public le plan d’action"),
    "plan.unshown": _("a retiré du public le plan d’action"),
    "plan.closed": _("a clos le plan d’action"),
    "plan.reopened": _("a rouvert le plan d’action"),
    "plan.edition_made": _("a gardé une édition du plan d’action"),
    "plan.axis_added": _("a ajouté un axe au plan d’action"),
    "plan.objective_added": _("a ajouté un objectif au plan d’action"),
    "plan.heading_changed": _("a modifié un axe ou un objectif du plan d’action"),
    "plan.heading_removed": _("a supprimé un axe ou un objectif du plan d’action"),
    "plan.imported": _("a importé d’un tableur dans le plan d’action"),
    "plan.governance_changed": _("a dit qui pilote et qui décide dans le plan d’action"),
    "plan.reviews_planned": _("a mis les revues au calendrier du plan d’action"),
    "plan.review_added": _("a ajouté une revue au calendrier du plan d’action"),
    "plan.review_told": _("a dit ce qu’a donné une revue du plan d’action"),
    "plan.review_postponed": _("a reporté une revue du plan d’action"),
    "plan.review_missed": _("a dit qu’une revue n’avait pas eu lieu pour le plan d’action"),
    "plan.review_removed": _("a retiré une revue du calendrier du plan d’action"),
    "action.confirmed": _("a dit que rien n’avait changé pour l’action"),
    "action.added": _("a ajouté au plan l’action"),
    "action.changed": _("a modifié l’action"),
    "action.removed": _("a supprimé du plan l’action"),
    "action.co_leader_asked": _("a proposé à une organisation de porter l’action"),
    "action.co_leader_accepted": _("a accepté, pour une organisation, de porter l’action"),
    "action.co_leader_refused": _("a refusé, pour une organisation, de porter l’action"),
    "action.co_leader_removed": _("a retiré une organisation des porteurs de l’action"),
    "action.share_asked": _("a proposé à un autre territoire de partager l’action"),
    "action.share_accepted": _("a accepté, pour un autre territoire, de partager l’action"),
    "action.share_refused": _("a refusé, pour un autre territoire, de partager l’action"),
    "action.share_removed": _("a retiré un territoire du partage de l’action"),
    "action.indicator_added": _("a ajouté un indicateur à l’action"),
    "action.indicator_changed": _("a modifié un indicateur de l’action"),
    "action.indicator_removed": _("a supprimé un indicateur de l’action"),
    "action.measured": _("a donné la valeur d’un indicateur de l’action"),
    "action.result_told": _("a dit ce qu’a donné l’action"),
    "action.practice_begun": _("a commencé la bonne pratique née de l’action"),
    "action.evidence_added": _("a ajouté une pièce à l’action"),
    "action.evidence_shown": _("a rendu publique une pièce de l’action"),
    "action.evidence_hidden": _("a retiré du public une pièce de l’action"),
    "action.evidence_removed": _("a retiré une pièce de l’action"),
}


class PlansConfig(AppConfig):
    """The territorial action plan: axes, actions, money, indicators, governance."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.plans"
    label = "plans"
    verbose_name = _("plan d’action")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.diagnosis.sections import Section
        from terreau.diagnosis.sections import register as register_section
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.plans import governance_alarms as alarms
        from terreau.plans import jobs, of_project, of_sheet, outcome, panels  # noqa: F401  (periodic work)
        from terreau.plans.telling import CO_LEADER, GOVERNANCE
        from terreau.territories import published

        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        register("action.entry_added", panels.entry_told)
        register_page("action", "plans:action")
        register_names("action", panels.action_names)
        register_names("plan", panels.plan_names)
        register_section(Section("suites", 53, outcome.TITLE, outcome.build))
        house.message_kinds.register(
            house.MessageKind(CO_LEADER, 60, _("Actions à porter ou à partager"), "at_once")
        )
        house.message_kinds.register(
            house.MessageKind(GOVERNANCE, 61, _("Revues du plan à raconter, actions dont rien n’est dit"))
        )
        house.chain_steps.register(house.ChainStep("plan", 40, _("Plan"), panels.plan_step))
        house.chain_steps.register(house.ChainStep("resultats", 50, _("Résultats"), panels.result_step))
        published.kinds.register(published.Kind("plans", 54, _("Plan d’action"), panels.shown, panels.lines))
        house.territory_doors.register(
            house.TerritoryDoor(
                "plans", house.DoorGroup.ACTING, 36, _("Plan d’action"), panels.door, right="read_draft"
            )
        )
        house.territory_waits.register(house.TerritoryWait("plans_late", 55, panels.late, panels.tell_late))
        house.territory_waits.register(
            house.TerritoryWait("plans_results", 58, panels.without_result, panels.tell_without_result)
        )
        for key, rank, counts, tell in (
            ("plans_reviews", 56, alarms.untold, alarms.tell_untold),
            ("plans_asleep", 57, alarms.asleep, alarms.tell_asleep),
        ):
            house.territory_waits.register(house.TerritoryWait(key, rank, counts, tell))
        house.workspace_tasks.register(house.WorkspaceTask("plans", 32, panels.tasks))
        house.workspace_tasks.register(house.WorkspaceTask("plans_silent", 33, panels.keeper_tasks))
        house.person_doors.register(
            house.PersonDoor("plans", 40, _("Actions que je porte avec une ville"), panels.led_door)
        )
        house.sheet_panels.register(house.SheetPanel("plans", 40, "plans/sheet_panel.html", of_sheet.panel))
        house.project_traces.register(house.ProjectTrace("plans", 30, _("Plan d’action"), of_project.links))
        house.personal_data.register(
            house.PersonalData(
                "plans",
                46,
                _("Actions de plans écrites, suivies, chiffrées"),
                export=panels.export,
                erase=panels.erase,
                kept=_("Les actions, les montants et les réponses restent, sans dire qui les a écrits."),
            )
        )
