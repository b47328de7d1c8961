"""Surveys, the versions of their questionnaire, the answers, and apart from them who answered."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.survey.definition import Questionnaire, from_data
from terreau.survey.enums import Channel, SubmissionState, SurveyState
from terreau.territories.models import Territory


class Survey(models.Model):
    """A survey of the needs of a territory's actors, from its preparation to its close."""

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="surveys"
    )
    # In addresses, and the form's identifier for telephones: never that of another survey.
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    title = models.CharField(_("titre"), max_length=160)
    purpose = models.TextField(_("à quoi serviront les réponses"))
    contact = models.CharField(_("à qui s’adresser"), max_length=200)
    state = models.CharField(_("état"), max_length=8, choices=SurveyState.choices, default=SurveyState.DRAFT)
    opened_on = models.DateField(_("ouverte le"), null=True, blank=True)
    closes_on = models.DateField(_("close le"), null=True, blank=True)
    # The title and the purpose in other languages: {"ar": {"title": …, "purpose": …}}.
    translations = models.JSONField(_("dans d’autres langues"), default=dict, blank=True)
    # Three pictograms in place of five words, for those who are asked aloud.
    oral = models.BooleanField(_("échelle à trois pictogrammes"), default=False)
    simulated = models.BooleanField(_("données simulées"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("enquête")
        verbose_name_plural = _("enquêtes")
        ordering = ("-opened_on", "-pk")

    def __str__(self) -> str:
        return self.title

    def text(self, name: str, language: str) -> str:
        """Its `title` or `purpose` in a language, in French where it is not translated."""
        return str(self.translations.get(language, {}).get(name) or getattr(self, name))

    def is_told(self, name: str, language: str) -> bool:
        """Whether its `title` or `purpose` is written in a language."""
        return language == "fr" or bool(self.translations.get(language, {}).get(name))


class FormVersion(models.Model):
    """A questionnaire as it was asked. Once an answer names it, it never changes: another follows it."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("numéro"))
    definition = models.JSONField(_("questions"))
    digest = models.CharField(_("empreinte"), max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version du questionnaire")
        verbose_name_plural = _("versions du questionnaire")
        ordering = ("survey", "-number")
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"

    def questionnaire(self) -> Questionnaire:
        """What is asked; read once, however often it is asked of the same object."""
        known = self.__dict__.get("_read")
        if known is None or known[0] is not self.definition:
            known = (self.definition, from_data(self.definition))
            self.__dict__["_read"] = known
        return known[1]


def _awaiting(survey: int, instance_id: str) -> Q:
    # Said in so many words that it awaits something: else the index of those that do is passed over, and
    # each answer received would read all those of its survey.
    return Q(survey=survey, awaits=instance_id) & ~Q(awaits="")


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """How answers are read."""

    def counted(self) -> SubmissionQuerySet:
        """Those that results are made of."""
        return self.filter(state=SubmissionState.COMPLETE)

    def awaiting(self, survey: int, instance_id: str) -> SubmissionQuerySet:
        """Those that were sent and edit the answer of this identifier."""
        return self.filter(_awaiting(survey, instance_id)).exclude(state=SubmissionState.STARTED)

    def known_by(self, survey: int, instance_id: str) -> SubmissionQuerySet:
        """The answer of this identifier, and those that wait for it."""
        return self.filter(Q(survey=survey, instance_id=instance_id) | _awaiting(survey, instance_id))


class Submission(models.Model):
    """One answer. Who gave it is not here: see `Respondent`.

    `values` holds the answers by identifier of question (what an answer is: `definition.KINDS`), to the
    questions as `form` asks them. An edited answer replaces the one named by `replaces`, which is kept.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="submissions")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="submissions")
    # The instanceID of a telephone, the code of a sheet of paper, the _uuid of an export, our own on the web.
    instance_id = models.CharField(_("identifiant de l’envoi"), max_length=120)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    # The identifier of an answer that this one edits and that has not arrived yet.
    awaits = models.CharField(_("remplace un envoi attendu"), max_length=120, blank=True)
    channel = models.CharField(_("reçue"), max_length=8, choices=Channel.choices)
    college = models.CharField(_("collège"), max_length=8, choices=College.choices, default=College.ACTORS)
    state = models.CharField(
        _("état"), max_length=10, choices=SubmissionState.choices, default=SubmissionState.STARTED
    )
    values = models.JSONField(_("réponses"), default=dict)
    # What was received and could not be read: kept, told to the agent, never thrown away.
    unread = models.JSONField(_("reçu sans être compris"), default=dict, blank=True)
    language = models.CharField(_("langue"), max_length=8, default="fr")
    # The sheet of who answered, when they agreed to the tie.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("fiche"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="submissions",
    )
    consented_at = models.DateTimeField(_("accord donné le"), null=True, blank=True)
    # The purpose as it was read when the agreement was given.
    consent = models.TextField(_("ce à quoi l’accord a été donné"), blank=True)
    # Of the secret link by which it is taken up again or withdrawn, what can be kept; empty without link.
    link_digest = models.CharField(_("empreinte du lien"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("commencée le"))
    completed_at = models.DateTimeField(_("terminée le"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        constraints = [
            models.UniqueConstraint(fields=["survey", "instance_id"], name="submission_once"),
            models.UniqueConstraint(
                fields=["link_digest"], condition=~Q(link_digest=""), name="submission_link_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="complete") | Q(consented_at__isnull=False), name="submission_consented"
            ),
        ]
        indexes = [
            models.Index(fields=["survey", "state"], name="submission_state"),
            models.Index(fields=["survey", "awaits"], name="submission_awaits", condition=~Q(awaits="")),
        ]

    def __str__(self) -> str:
        return str(self.key)


class Respondent(models.Model):
    """Who gave an answer, when they told it: apart from the answer, and erased without it.

    `submission_key` is no foreign key: reading answers can never bring names along by oversight.
    """

    submission_key = models.UUIDField(_("réponse"), unique=True)
    name = models.CharField(_("nom"), max_length=160, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("personne qui a répondu")
        verbose_name_plural = _("personnes qui ont répondu")

    def __str__(self) -> str:
        return str(self.submission_key)


class Media(models.Model):
    """A file sent with an answer; `digest` makes the same file sent twice one."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="media")
    name = models.CharField(_("nom"), max_length=200)
    path = models.CharField(_("fichier"), max_length=300)
    digest = models.CharField(_("empreinte"), max_length=64)
    size = models.PositiveIntegerField(_("taille"))
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("fichier joint")
        verbose_name_plural = _("fichiers joints")
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="media_once")]

    def __str__(self) -> str:
        return self.name


# What the field keeps, beside: accesses of telephones, sheets of paper, files brought.
from terreau.survey.field_models import AnswersFile, FieldAccount, PaperBatch, SetAside  # noqa: E402, F401

# What results keep.
from terreau.survey.results.models import ResultsEdition, Shortlist, ShownRemark  # noqa: E402, F401
