"""A grid judged: opened, rated by people of three colleges who do not see each other's marks, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.secret_links import digest, draw
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.models import is_public_id
from terreau.directory.writing import known
from terreau.framework import grid, perms
from terreau.framework.enums import AssessmentState, College
from terreau.framework.models import Assessment, Judge
from terreau.framework.rules import HIGHEST, LOWEST
from terreau.framework.telling import tell
from terreau.territories.models import Territory

NO_ANSWER: Final = "na"
MOST_LINKS: Final = 30
_LINK: Final = "terreau.framework.judge"


def in_hand(territory: Territory) -> Assessment | None:
    """The assessment that a territory works on: the last one, unless it is published."""
    return Assessment.objects.filter(territory=territory).exclude(state=AssessmentState.PUBLISHED).first()


def open_grid(*, person: Any, territory: Territory, today: date | None = None) -> Assessment:
    """Begin to judge the framework of a territory; where one is begun, that one.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_keep_grid.require(person, territory)
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        if (begun := in_hand(territory)) is not None:
            return begun
        last = Assessment.objects.filter(territory=territory).first()
        made = Assessment.objects.create(
            territory=territory,
            number=last.number + 1 if last else 1,
            grid=grid.current().version,
            opened_on=today or timezone.localdate(),
            opened_by=known(person),
        )
        tell("framework.opened", person, territory, number=made.number)
    return made


# --- Links ------------------------------------------------------------------------------------------


def invite(*, person: Any, assessment: Assessment, college: str, count: int, once: str) -> list[str]:
    """Links for judges without account, one for each; the same form sent again gives the same ones.

    Args:
        person: an agent of the territory, or the secretariat.
        assessment: the grid, still open.
        college: of those invited.
        count: how many links.
        once: drawn with the form.

    Returns:
        The tokens, which nothing can find again.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the judging is over, or the form is not complete.
    """
    perms.can_keep_grid.require(person, assessment.territory)
    if college not in College.values or not 1 <= count <= MOST_LINKS or not is_public_id(once):
        raise TerreauError(
            _("Ce formulaire n’est pas complet."),
            remedy=_("Choisissez un collège, et de 1 à %(most)d liens.") % {"most": MOST_LINKS},
        )
    tokens = [draw(_LINK, assessment.pk, college, once, place) for place in range(count)]
    with transaction.atomic():
        held = _open(assessment)
        made = 0
        for token in tokens:
            _judge, new = Judge.objects.get_or_create(
                link_digest=digest(_LINK, token), defaults={"assessment": held, "college": college}
            )
            made += new
        if made:
            tell("framework.invited", person, held.territory, college=college, count=made)
    return tokens


def judge_of_link(token: str) -> Judge:
    """The judge whom a link opens.

    Raises:
        TerreauError: when it opens none.
    """
    judges = Judge.objects.select_related("assessment__territory")
    found = judges.filter(link_digest=digest(_LINK, token)).first()
    if found is None:
        raise TerreauError(
            _("Ce lien n’ouvre aucune grille\u00a0: il est incomplet, ou il a été retiré."),
            remedy=_("Recopiez-le en entier, ou demandez-en un autre à la mairie."),
        )
    return found


def withdraw_unused(*, person: Any, assessment: Assessment, college: str) -> int:
    """Take back the links of a college that nobody used; how many.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_keep_grid.require(person, assessment.territory)
    with transaction.atomic():
        held = _open(assessment)
        unused = held.judges.filter(college=college, marks={}, person=None, sent_at=None)
        count = unused.delete()[0]
        if count:
            tell("framework.uninvited", person, held.territory, college=college, count=count)
    return count


# --- Rating -----------------------------------------------------------------------------------------


def judge_of_person(person: Any, assessment: Assessment) -> Judge | None:
    """What a person with a role has rated so far."""
    return assessment.judges.select_related("assessment__territory").filter(person=person).first()


def begin(*, person: Any, assessment: Assessment) -> Judge:
    """A person who holds a role on the territory begins to rate; where they did, their judge.

    Raises:
        NotAllowed: when they are of no college.
        TerreauError: when the judging is over.
    """
    perms.can_judge.require(person, assessment.territory)
    college = perms.college_of(person, assessment.territory) or College.ACTORS
    with transaction.atomic():
        held = _open(assessment)
        made, _new = Judge.objects.get_or_create(
            assessment=held, person=person, defaults={"college": college}
        )
    return made


def save_area(*, judge: Judge, area: str, given: Mapping[str, Any]) -> list[str]:
    """Keep the marks of one page.

    Args:
        judge: who rates.
        area: the page.
        given: statement → « 0 » to « 10 », or `NO_ANSWER`; others are left as they are.

    Returns:
        The statements of the area that still wait for a mark or a « sans réponse ».

    Raises:
        TerreauError: when the judging is over, the area unknown, or a mark is none.
    """
    page = grid.current().area(area)
    if page is None:
        raise TerreauError(_("Ce domaine n’est pas dans la grille."))
    marks = {one.key: _mark(given[one.key]) for one in page.statements if given.get(one.key)}
    with transaction.atomic():
        _open(judge.assessment)
        held = Judge.objects.select_for_update(of=("self",)).get(pk=judge.pk)
        held.marks = held.marks | marks
        waiting = [one.key for one in page.statements if one.key not in held.marks]
        if not waiting and area not in held.areas:
            held.areas = [*held.areas, area]
        held.save(update_fields=["marks", "areas"])
    judge.marks, judge.areas = held.marks, held.areas
    return waiting


def _mark(text: Any) -> int | None:
    written = str(text)
    if written == NO_ANSWER:
        return None
    mark = whole_number(written, LOWEST - 1)
    if not LOWEST <= mark <= HIGHEST:
        raise TerreauError(
            _("«\u00a0%(text)s\u00a0» n’est pas une note.") % {"text": written[:20]},
            remedy=_("Choisissez de 0 à 10, ou «\u00a0sans réponse\u00a0»."),
        )
    return mark


def missing_areas(judge: Judge) -> list[grid.Area]:
    """The pages that wait for an answer."""
    return [
        area for area in grid.current().areas if any(one.key not in judge.marks for one in area.statements)
    ]


def send(*, judge: Judge) -> Judge:
    """Make the marks count; sent again, they were sent once. Until the judging closes, they may be changed.

    Raises:
        TerreauError: when a page is not filled, or the judging is over.
    """
    with transaction.atomic():
        _open(judge.assessment)
        held = (
            Judge.objects.select_for_update(of=("self",))
            .select_related("assessment__territory")
            .get(pk=judge.pk)
        )
        if lacking := missing_areas(held):
            raise TerreauError(
                _("Il manque des réponses\u00a0: %(areas)s.")
                % {"areas": ", ".join(one.label for one in lacking)},
                remedy=_("Notez-les, ou choisissez «\u00a0sans réponse\u00a0»."),
            )
        if held.sent_at is None:
            held.sent_at = timezone.now()
            held.save(update_fields=["sent_at"])
            # Whose marks came is nobody's business: the journal names the college alone.
            tell("framework.rated", None, held.assessment.territory, college=held.college)
    return held


def close(*, person: Any, assessment: Assessment, today: date | None = None) -> Assessment:
    """End the judging: what was sent is counted, what was not is left out. It is not opened again.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when nobody sent anything.
    """
    perms.can_keep_grid.require(person, assessment.territory)
    with transaction.atomic():
        held = _held(assessment)
        if held.state != AssessmentState.OPEN:
            return held
        if not held.judges.filter(sent_at__isnull=False).exists():
            raise TerreauError(
                _("Personne n’a encore envoyé ses notes."),
                where=held.territory.name,
                remedy=_("Invitez des juges dans chaque collège, puis attendez leurs notes."),
            )
        held.state = AssessmentState.CLOSED
        held.closed_on = today or timezone.localdate()
        held.save(update_fields=["state", "closed_on"])
        tell("framework.closed", person, held.territory, number=held.number)
    return held


def _held(assessment: Assessment) -> Assessment:
    """The assessment as it is now, locked until the end of the transaction."""
    held = Assessment.objects.select_for_update(of=("self",)).select_related("territory")
    return held.get(pk=assessment.pk)


def _open(assessment: Assessment) -> Assessment:
    """The same, still open.

    Raises:
        TerreauError: when the judging is over.
    """
    held = _held(assessment)
    if held.state != AssessmentState.OPEN:
        raise TerreauError(
            _("La notation de cette grille est close\u00a0: les notes ne changent plus."),
            where=held.territory.name,
        )
    return held
