"""Configuration of the application « stewardship »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "sheet.claimed": _("a demandé à tenir la fiche"),
    "sheet.kept": _("tient désormais la fiche"),
    "sheet.left": _("a mis fin à la tenue de la fiche"),
    "sheet.handed": _("a passé la main sur la fiche"),
    "sheet.invited": _("a invité un collègue à tenir la fiche"),
    "sheet.proposed": _("a proposé une organisation à"),
    "sheet.reported": _("a signalé une erreur dans la fiche"),
    "sheet.vouched": _("a appuyé une proposition dans"),
    "sheet.objected": _("s’est opposé à une proposition dans"),
    "sheet.threshold": _("a changé les seuils de publication de"),
    "sheet.accepted": _("a accepté une demande sur"),
    "sheet.refused": _("a refusé une demande sur"),
    "sheet.withdrawn": _("a retiré sa demande sur"),
    "sheet.belonging_said": _("a déclaré une appartenance de"),
    "sheet.belonging_confirmed": _("a confirmé une appartenance de"),
    "sheet.belonging_ended": _("a mis fin à une appartenance de"),
}


class StewardshipConfig(AppConfig):
    """Those who keep sheets true: claims, proposals, confirmations, moderation."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.stewardship"
    label = "stewardship"
    verbose_name = _("tenue de l’annuaire")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.core.permissions import name_rights
        from terreau.journal.sentences import register
        from terreau.stewardship import following, jobs, panels, queue  # noqa: F401  (jobs register themselves)
        from terreau.stewardship.perms import RIGHTS
        from terreau.stewardship.reporting import look_at_edit
        from terreau.stewardship.telling import ANSWER, CODE, INVITE, QUEUE

        name_rights(RIGHTS)
        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        kinds = house.message_kinds
        kinds.register(house.MessageKind(CODE, 10, _("les codes que vous demandez"), essential=True))
        kinds.register(house.MessageKind(INVITE, 11, _("Invitations à tenir une fiche"), "at_once"))
        kinds.register(house.MessageKind(ANSWER, 12, _("Réponses à vos demandes"), "at_once"))
        kinds.register(house.MessageKind(QUEUE, 13, _("Ce qui attend votre décision"), "daily"))
        house.sheet_actions.register(
            house.SheetAction("claim", 10, _("C’est votre organisation ?"), panels.claim_action)
        )
        house.sheet_actions.register(
            house.SheetAction("team", 11, _("Qui tient cette fiche"), panels.team_action)
        )
        house.sheet_actions.register(
            house.SheetAction("belongings", 12, _("Appartenances"), panels.belongings_action)
        )
        house.sheet_actions.register(
            house.SheetAction("report", 90, _("Signaler une erreur"), panels.report_action)
        )
        house.sheet_panels.register(
            house.SheetPanel("belongings", 30, "stewardship/belongings_panel.html", panels.belongings_panel)
        )
        house.sheet_watchers.register(house.SheetWatcher("moderation", 10, look_at_edit))
        house.sheet_followers.register(
            house.SheetFollower("stewardship", 10, following.moved, following.moved_back)
        )
        house.territory_doors.register(
            house.TerritoryDoor(
                "moderation", house.DoorGroup.ACTORS, 15, _("Modération"), panels.moderation_door
            )
        )
        house.territory_panels.register(
            house.TerritoryPanel("propose", 25, "stewardship/propose_panel.html", panels.propose_panel)
        )
        house.territory_waits.register(
            house.TerritoryWait("moderation", 10, queue.waiting, queue.tell_waiting)
        )
        house.person_doors.register(house.PersonDoor("sheets", 30, _("Mes fiches"), panels.sheets_door))
        house.workspace_tasks.register(house.WorkspaceTask("moderation", 5, queue.tasks))
        house.personal_data.register(
            house.PersonalData(
                "stewardship",
                30,
                _("Fiches tenues et demandes"),
                export=panels.export,
                erase=panels.erase,
                erased=_(
                    "Vous ne tenez plus aucune fiche ; vos appuis et le texte de vos demandes sont effacés."
                ),
                kept=_("Les fiches restent, avec la parole des organisations."),
            )
        )
