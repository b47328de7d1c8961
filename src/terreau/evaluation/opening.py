"""An evaluation opened on some projects, its criteria and thresholds, its assessors invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.secret_links import digest, draw
from terreau.core.errors import TerreauError
from terreau.directory.labels import day_text
from terreau.directory.models import is_public_id
from terreau.directory.writing import known
from terreau.evaluation import criteria, perms
from terreau.evaluation.enums import EvaluationState
from terreau.evaluation.models import Assessor, Candidate, Evaluation, MarkSheet
from terreau.evaluation.reading import refresh
from terreau.evaluation.telling import held, held_in_round, tell
from terreau.framework.enums import College
from terreau.journal.words import clean_words
from terreau.portfolio import services as portfolio
from terreau.portfolio.enums import ProjectState
from terreau.portfolio.models import Project
from terreau.territories.models import Territory

LINK: Final = "terreau.evaluation.assessor"
MOST_LINKS: Final = 30
MOST_PROJECTS: Final = 200
LONGEST_TITLE: Final = 200
MAY_BE_JUDGED: Final = (ProjectState.IDEA, ProjectState.STUDY, ProjectState.SUBMITTED, ProjectState.REWORK)


def open_evaluation(
    *,
    person: Any,
    territory: Territory,
    projects: Sequence[str],
    together: bool,
    once: str,
    title: str = "",
    today: date | None = None,
) -> Evaluation:
    """Begin to judge some projects together; the same form sent again opens nothing more.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose projects they are.
        projects: their public identifiers.
        together: one sheet filled by all in the room, rather than blind rounds.
        once: drawn with the form; becomes the identifier of the evaluation.
        title: what it is called; named after its day when empty.
        today: day of the opening.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when no project is chosen, or one is judged elsewhere already.
    """
    perms.can_keep.require(person, territory)
    if not is_public_id(once):
        raise TerreauError(
            _("Ce formulaire n’est pas complet."), remedy=_("Rouvrez la page, puis recommencez.")
        )
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        if (begun := Evaluation.objects.filter(territory=territory, public_id=once).first()) is not None:
            return begun
        chosen, day = _chosen(territory, projects), today or timezone.localdate()
        made = Evaluation.objects.create(
            public_id=once,
            territory=territory,
            title=_title(title, day),
            together=together,
            is_simulated=bool(settings.EXERCISE) or any(one.is_simulated for one in chosen),
            opened_on=day,
            opened_by=known(person),
        )
        Candidate.objects.bulk_create(Candidate(evaluation=made, project=one) for one in chosen)
        for one in chosen:
            portfolio.decide(person=person, project=one, after=ProjectState.SUBMITTED)
        if together:
            Assessor.objects.create(evaluation=made)
        tell("opened", person, made, projects=len(chosen))
    return made


def _chosen(territory: Territory, public_ids: Sequence[str]) -> list[Project]:
    if not public_ids:
        raise TerreauError(_("Aucun projet n’est choisi."), remedy=_("Cochez au moins un projet."))
    if len(public_ids) > MOST_PROJECTS:
        raise TerreauError(_("Une évaluation porte sur %(most)d projets au plus.") % {"most": MOST_PROJECTS})
    known = {one.public_id: one for one in may_be_judged(territory)}
    found = [known[key] for key in dict.fromkeys(public_ids) if key in known]
    if len(found) != len(set(public_ids)):
        raise TerreauError(
            _("Un des projets n’est plus à évaluer, ou n’est pas de ce portefeuille."),
            remedy=_("Rouvrez la page, puis recommencez."),
        )
    busy = being_judged(territory)
    taken = next((one for one in found if one.public_id in busy), None)
    if taken is not None:
        raise TerreauError(
            _("Ce projet est déjà dans une évaluation qui n’est pas décidée."),
            where=taken.title,
            remedy=_("Décidez d’abord de celle-là."),
        )
    return found


def may_be_judged(territory: Territory) -> list[Project]:
    """The projects of a territory that may be judged before they start."""
    return list(Project.objects.filter(territory=territory, state__in=MAY_BE_JUDGED).order_by("title", "pk"))


def being_judged(territory: Territory) -> set[str]:
    """The projects of a territory that an evaluation not yet decided holds."""
    waiting = Candidate.objects.filter(evaluation__territory=territory).exclude(
        evaluation__state=EvaluationState.DECIDED
    )
    return set(waiting.values_list("project__public_id", flat=True))


def _title(title: str, day: date) -> str:
    written = clean_words(title, _("Intitulé"), longest=LONGEST_TITLE)
    # Not after a project: a published decision would name one that is not public.
    return written or _("Évaluation du %(day)s") % {"day": day_text(day.isoformat())}


def save_criteria(
    *,
    person: Any,
    evaluation: Evaluation,
    version: int,
    title: str,
    own: Sequence[Mapping[str, Any]],
    keep_from: int,
    leave_under: int,
) -> Evaluation:
    """The title, the thresholds, and the criteria added to the five factors.

    Criteria no longer change once somebody gave a mark: marks would not be on the same questions.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed them in between, a criterion is not complete, or marks were given.
    """
    perms.can_keep.require(person, evaluation.territory)
    added, written = (
        criteria.clean(own),
        clean_words(
            title, _("Intitulé"), longest=LONGEST_TITLE, needed=_("L’évaluation a besoin d’un intitulé.")
        ),
    )
    if not 0 <= leave_under <= keep_from <= 100:
        raise TerreauError(
            _("Les seuils vont de 0 à 100, et celui d’un projet écarté n’est pas au-dessus de l’autre."),
            where=_("Seuils"),
        )
    with transaction.atomic():
        found = held_in_round(evaluation)
        now = (found.title, found.own_criteria, found.keep_from, found.leave_under)
        if now == (written, added, keep_from, leave_under):
            return found
        if found.version != version:
            raise TerreauError(
                _("Quelqu’un d’autre a modifié ces critères pendant que vous les écriviez."),
                where=found.title,
                remedy=_("Votre saisie est encore ici\u00a0: comparez, puis enregistrez de nouveau."),
            )
        if added != found.own_criteria and was_marked(found):
            raise TerreauError(
                _("Des notes sont déjà données\u00a0: les critères ne changent plus."),
                where=found.title,
                remedy=_("Les seuils et l’intitulé peuvent encore changer."),
            )
        found.title, found.own_criteria = written, added
        found.keep_from, found.leave_under = keep_from, leave_under
        found.version += 1
        found.save(update_fields=["title", "own_criteria", "keep_from", "leave_under", "version"])
        tell("criteria", person, found, count=len(added))
    refresh(found)
    return found


def was_marked(evaluation: Evaluation) -> bool:
    """Whether somebody gave a mark, or ranked the criteria."""
    return (
        MarkSheet.objects.filter(candidate__evaluation=evaluation).exists()
        or evaluation.assessors.filter(cards__isnull=False).exists()
    )


def invite(*, person: Any, evaluation: Evaluation, college: str, count: int, once: str) -> list[str]:
    """Links for assessors without account, one for each; the same form sent again gives the same ones.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the first round is over, or the form is not complete.
    """
    perms.can_keep.require(person, evaluation.territory)
    if college not in College.values or not 1 <= count <= MOST_LINKS or not is_public_id(once):
        raise TerreauError(
            _("Ce formulaire n’est pas complet."),
            remedy=_("Choisissez un collège, et de 1 à %(most)d liens.") % {"most": MOST_LINKS},
        )
    tokens = [draw(LINK, evaluation.pk, college, once, place) for place in range(count)]
    with transaction.atomic():
        found = held_for_members(evaluation)
        made = 0
        for token in tokens:
            _assessor, new = Assessor.objects.get_or_create(
                link_digest=digest(LINK, token), defaults={"evaluation": found, "college": college}
            )
            made += new
        if made:
            tell("invited", person, found, college=college, count=made)
    return tokens


def held_for_members(evaluation: Evaluation) -> Evaluation:
    """The evaluation, locked, while members may join: each must be there for the first round.

    Raises:
        TerreauError: when it is filled together, or the first round is over.
    """
    found = held(evaluation)
    if found.together or found.state != EvaluationState.FIRST:
        raise TerreauError(
            _("On n’entre plus dans cette évaluation."),
            where=found.title,
            remedy=_("Chacun y entre pendant le premier tour, quand chacun note de son côté."),
        )
    return found


def withdraw_unused(*, person: Any, evaluation: Evaluation, college: str) -> int:
    """Take back the links of a college that nobody used; how many.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_keep.require(person, evaluation.territory)
    with transaction.atomic():
        found = held_for_members(evaluation)
        unused = found.assessors.filter(
            college=college, person=None, first_sent_at=None, sheets=None, cards=None, interests=None
        ).exclude(link_digest="")
        count = len(keys := list(unused.values_list("pk", flat=True)))
        Assessor.objects.filter(pk__in=keys).delete()
        if count:
            tell("uninvited", person, found, college=college, count=count)
    return count


def withdraw(*, person: Any, evaluation: Evaluation) -> None:
    """Take back an evaluation opened by mistake, whose projects may be judged elsewhere again.

    Nobody gave a mark, laid cards nor declared an interest: nothing that somebody said is lost. Its links
    open nothing any more. Taken back already, nothing happens.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when somebody said something in it.
    """
    perms.can_keep.require(person, evaluation.territory)
    with transaction.atomic():
        found = Evaluation.objects.select_for_update().filter(pk=evaluation.pk).first()
        if found is None:
            return
        if not may_withdraw(found):
            raise TerreauError(
                _("Quelqu’un a déjà noté\u00a0: cette évaluation ne se retire plus."),
                where=found.title,
                remedy=_("Closez la notation, puis décidez."),
            )
        tell("withdrawn", person, found)
        found.delete()


def may_withdraw(evaluation: Evaluation) -> bool:
    """Whether nobody said anything in an evaluation."""
    spoke = evaluation.assessors.filter(
        Q(first_sent_at__isnull=False) | Q(second_sent_at__isnull=False) | Q(interests__isnull=False)
    )
    return evaluation.state == EvaluationState.FIRST and not was_marked(evaluation) and not spoke.exists()


def assessor_of_link(token: str) -> Assessor:
    """The assessor whom a link opens.

    Raises:
        TerreauError: when it opens none.
    """
    assessors = Assessor.objects.select_related("evaluation__territory")
    found = assessors.filter(link_digest=digest(LINK, token)).first()
    if found is None:
        raise TerreauError(
            _("Ce lien n’ouvre aucune évaluation\u00a0: il est incomplet, ou il a été retiré."),
            remedy=_("Recopiez-le en entier, ou demandez-en un autre à la mairie."),
        )
    return found


def assessor_of_person(person: Any, evaluation: Evaluation) -> Assessor | None:
    """The assessor that a person is, if they began."""
    if not getattr(person, "pk", None):
        return None
    return evaluation.assessors.select_related("evaluation__territory").filter(person=person).first()


def begin(*, person: Any, evaluation: Evaluation) -> Assessor:
    """A person who holds a role on the territory begins to judge; where they did, their assessor.

    Raises:
        NotAllowed: when they are of no college.
        TerreauError: when the first round is over.
    """
    perms.can_judge.require(person, evaluation.territory)
    college = perms.college_of(person, evaluation.territory) or College.ACTORS
    with transaction.atomic():
        if (already := assessor_of_person(person, evaluation)) is not None:
            return already
        found = held_for_members(evaluation)
        made, _new = Assessor.objects.get_or_create(
            evaluation=found, person=person, defaults={"college": college}
        )
    return made
