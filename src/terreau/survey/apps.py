"""Configuration of the application « survey »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "survey.created": _("a préparé l’enquête"),
    "survey.described": _("a changé le texte de l’enquête"),
    "survey.versioned": _("a changé les questions de l’enquête"),
    "survey.opened": _("a ouvert l’enquête"),
    "survey.reopened": _("a rouvert l’enquête"),
    "survey.closed": _("a clos l’enquête"),
    "submission.withdrawn": _("a effacé une réponse retirée de l’enquête"),
}


class SurveyConfig(AppConfig):
    """What the actors of a territory need: questionnaire, answers, results."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.survey"
    label = "survey"
    verbose_name = _("enquête")

    def ready(self) -> None:
        """Tell the rest of the house what this application offers."""
        from terreau.core import registry as house
        from terreau.framework import needs
        from terreau.journal.sentences import register, register_names, register_page
        from terreau.survey import jobs, panels  # noqa: F401  (the periodic work registers itself)
        from terreau.survey.answering import LINK
        from terreau.survey.enums import Need
        from terreau.survey.field import panels as field
        from terreau.survey.results import panels as results

        needs.announce(Need.choices)
        results.register()
        field.register()
        for verb, sentence in _SENTENCES.items():
            register(verb, sentence)
        register_names("survey", panels.titles)
        register_page("survey", "survey:survey", under_territory=True)
        house.message_kinds.register(
            house.MessageKind(LINK, 60, _("le lien de votre réponse à une enquête"), essential=True)
        )
        house.territory_panels.register(house.TerritoryPanel("survey", 12, "survey/panel.html", panels.panel))
        house.territory_doors.register(
            house.TerritoryDoor(
                "surveys", house.DoorGroup.KNOWING, 24, _("Enquêtes"), panels.door, right="edit_territory"
            )
        )
        house.territory_waits.register(house.TerritoryWait("surveys", 60, panels.drafts, panels.tell_draft))
        house.sheet_actions.register(
            house.SheetAction("survey", 20, _("Répondre à l’enquête"), panels.answer_action)
        )
        house.personal_data.register(
            house.PersonalData(
                "survey",
                50,
                _("Enquêtes préparées, et réponses données avec votre adresse"),
                export=panels.export,
                erase=panels.erase,
                erased=_("Votre nom et vos coordonnées donnés en répondant à une enquête."),
                kept=_("Vos réponses elles-mêmes restent, sans votre nom."),
            )
        )
