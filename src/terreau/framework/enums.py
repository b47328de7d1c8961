"""Choices of the regulatory framework."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class College(models.TextChoices):
    """From where a person speaks: those who decide, those who carry out, those who act."""

    ELECTED = "elected", _("élus")
    STAFF = "staff", _("services")
    ACTORS = "actors", _("acteurs")


class Level(models.TextChoices):
    """Who holds the power over a statement of the grid, from the nearest to the farthest."""

    COMMUNE = "commune", _("commune")
    GROUPING = "grouping", _("groupement de communes")
    STATE = "state", _("État")
    SUPRANATIONAL = "supranational", _("OHADA, UEMOA, Union européenne")


class Verdict(models.TextChoices):
    """What a statement of the grid is found to be."""

    STRENGTH = "strength", _("force")
    WEAKNESS = "weakness", _("faiblesse")
    ABSENT = "absent", _("absent")


class BarrierCategory(models.TextChoices):
    """The kinds of barriers (methods C.5)."""

    LEGAL = "legal", _("juridique")
    FINANCIAL = "financial", _("financier")
    MARKET = "market", _("marché")
    SKILLS = "skills", _("compétences")
    LAND = "land", _("foncier")
    ADMINISTRATIVE = "administrative", _("administratif")
    CULTURAL = "cultural", _("culturel")
    DIGITAL = "digital", _("numérique")


class Lifter(models.TextChoices):
    """Who can lift a barrier."""

    TOWN = "town", _("la mairie")
    STATE = "state", _("l’État")
    NETWORK = "network", _("le réseau")
    DONOR = "donor", _("un bailleur")


class BarrierState(models.TextChoices):
    """Where the lifting of a barrier stands."""

    OPEN = "open", _("ouvert")
    UNDER_WAY = "under_way", _("en cours")
    LIFTED = "lifted", _("levé")
    ADVOCACY = "advocacy", _("porté en plaidoyer")


class Lever(models.TextChoices):
    """What a town has in hand to change what a statement says (methods C.4)."""

    REGULATION = "regulation", _("règlement local")
    PURCHASING = "purchasing", _("achat")
    LAND = "land", _("foncier et locaux")
    TAXATION = "taxation", _("fiscalité locale")
    ANIMATION = "animation", _("appui et animation")
    ADVOCACY = "advocacy", _("plaidoyer")


class AssessmentState(models.TextChoices):
    """Where the judging of a grid stands."""

    OPEN = "open", _("notation ouverte")
    CLOSED = "closed", _("notation close")
    PUBLISHED = "published", _("publiée")


class StateAnswer(models.TextChoices):
    """What the State says to a point of advocacy."""

    WAITING = "waiting", _("sans réponse")
    STUDY = "study", _("à l’étude")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    DONE = "done", _("faite")


class TextKind(models.TextChoices):
    """What a text of the library is."""

    LAW = "law", _("loi, code, ordonnance")
    DECREE = "decree", _("décret")
    ORDER = "order", _("arrêté")
    UNIFORM_ACT = "uniform_act", _("acte uniforme")
    REGULATION = "regulation", _("règlement communautaire")
    DIRECTIVE = "directive", _("directive")
    POLICY = "policy", _("politique, programme")
    DELIBERATION = "deliberation", _("modèle de délibération")
    CLAUSE = "clause", _("modèle de clause")


class Theme(models.TextChoices):
    """What a text of the library is about."""

    FRAMEWORK = "framework", _("reconnaissance de l’ESS")
    FORMS = "forms", _("formes juridiques")
    REGISTRATION = "registration", _("agrément et registre")
    PROCUREMENT = "procurement", _("commande publique")
    FINANCE = "finance", _("financement et fiscalité")
    LOCAL = "local", _("pouvoirs des communes")
    POLICY = "policy", _("politique publique")


class Reliability(models.TextChoices):
    """How far a line of the library is trusted; the same two grades as the tables of legal forms."""

    VERIFIED = "V", _("vérifié dans la source")
    TO_VERIFY = "K", _("à vérifier")


class ProposalState(models.TextChoices):
    """What became of a version of a text."""

    PROPOSED = "proposed", _("proposée")
    PUBLISHED = "published", _("publiée")
    REFUSED = "refused", _("refusée")
