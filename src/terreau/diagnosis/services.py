"""Preparing, publishing and reading diagnoses."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core import stamp
from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.core.tongues import Tongue
from terreau.diagnosis import perms
from terreau.diagnosis.assembly import Assembled, assemble
from terreau.diagnosis.content import Content, digest, from_text, to_text
from terreau.diagnosis.editing import to_editable
from terreau.diagnosis.exports import Issue
from terreau.diagnosis.judging import judgements_of
from terreau.diagnosis.models import CoverageStatement, Draft, Edition
from terreau.diagnosis.printing import to_pdf
from terreau.diagnosis.trend import MOST_EDITIONS
from terreau.directory.models import Source
from terreau.documents.docx import to_docx
from terreau.documents.odt import to_odt
from terreau.journal.services import record
from terreau.territories.models import Territory

__all__ = [
    "Assembled",
    "assemble",
    "check_day",
    "create_draft",
    "discard_draft",
    "draft_pdf",
    "editable_of",
    "introduce",
    "issue_of",
    "pdf_in",
    "pdf_of",
    "picture_of",
    "publish",
    "read",
    "state_coverage",
    "withdraw_coverage",
]

FOLDER = "diagnostics"
INTRODUCTION_LIMIT = 6000


def _known(person: Any) -> Any:
    return person if getattr(person, "pk", None) else None


def check_day(as_of: date) -> None:
    """Refuse a day to come.

    Raises:
        TerreauError: when the day is to come.
    """
    if as_of > timezone.localdate():
        raise TerreauError(
            _("Un diagnostic décrit ce que l’on connaît : sa date ne peut pas être à venir."),
            where=_("Date :"),
            remedy=_("Donnez la date d’aujourd’hui ou une date passée."),
        )


# --- Drafts ------------------------------------------------------------------------------------------


def create_draft(*, person: Any, territory: Territory, as_of: date | None = None) -> Draft:
    """Prepare a territory's draft, in place of the one it may have; the town's own words are kept.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: what is described.
        as_of: the day described, today by default.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the day is to come.
    """
    perms.can_prepare.require(person, territory)
    day = as_of or timezone.localdate()
    check_day(day)
    editions = Edition.objects.of(territory).filter(as_of__lt=day)[: MOST_EDITIONS - 1]
    contents = [read(one) for one in reversed(editions)]
    assembled = assemble(territory, day, judgements_of(territory), contents)
    with transaction.atomic():
        former = Draft.objects.select_for_update().filter(territory=territory).first()
        introduction = former.introduction if former else ""
        if former:
            former.delete()
        draft = Draft.objects.create(
            territory=territory,
            as_of=day,
            introduction=introduction,
            content=to_text(assembled.content),
            pictures=assembled.pictures,
            author=_known(person),
        )
        _tell("diagnosis.drafted", person, territory, as_of=day.isoformat())
    return draft


def introduce(*, person: Any, draft: Draft, read: str, introduction: str) -> Draft:
    """Set the town's own words at the head of the draft: plain text, paragraphs between empty lines.

    Args:
        person: an agent of the territory, or the secretariat.
        draft: the one in preparation.
        read: the words that were there when these were written.
        introduction: the new ones.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the text is too long, someone wrote in between, or the draft was replaced or
            published meanwhile.
    """
    perms.can_prepare.require(person, draft.territory)
    text = _plain(introduction)
    if len(text) > INTRODUCTION_LIMIT:
        raise TerreauError(
            _("Le mot du territoire est trop long : %(count)d signes, pour %(limit)d au plus.")
            % {"count": len(text), "limit": INTRODUCTION_LIMIT},
            remedy=_("Raccourcissez-le."),
        )
    with transaction.atomic():
        held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is None:
            raise _gone()
        if held.introduction == text:
            return held
        if held.introduction != _plain(read):
            raise TerreauError(
                _("Quelqu’un d’autre a modifié ce texte pendant que vous l’écriviez."),
                where=held.territory.name,
                remedy=_("Rien n’est perdu : comparez votre texte au sien, puis enregistrez."),
            )
        held.introduction = text
        held.save(update_fields=["introduction", "prepared_at"])
        _tell("diagnosis.introduced", person, held.territory, characters=len(text))
    return held


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def discard_draft(*, person: Any, draft: Draft) -> None:
    """Throw a draft away; one that is already gone stays so."""
    perms.can_prepare.require(person, draft.territory)
    with transaction.atomic():
        if Draft.objects.filter(pk=draft.pk).delete()[0]:
            _tell("diagnosis.discarded", person, draft.territory)


def _gone() -> TerreauError:
    return TerreauError(
        _("Ce brouillon n’existe plus : il a été remplacé."),
        remedy=_("Relisez le brouillon présent, puis recommencez."),
    )


def draft_pdf(draft: Draft) -> bytes:
    """The document of a draft, marked as such on each page."""
    issue = Issue(introduction=draft.introduction)
    return to_pdf(from_text(draft.content), draft.pictures, issue, draft=True)


# --- Editions ----------------------------------------------------------------------------------------


def publish(*, person: Any, territory: Territory, draft_key: uuid.UUID) -> Edition:
    """Publish a draft as the territory's next edition. The same draft again gives the same edition.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the draft is gone, or its document could not be laid out.
    """
    perms.can_publish.require(person, territory)
    draft = Draft.objects.filter(territory=territory, pk=draft_key).first()
    if draft is None:
        return _already_published(territory, draft_key)
    number = _next_number(territory)
    now = timezone.now()
    edition = Edition(
        territory=territory,
        number=number,
        draft_key=draft.pk,
        as_of=draft.as_of,
        introduction=draft.introduction,
        content=draft.content,
        pictures=draft.pictures,
        method_version=from_text(draft.content).method_version,
        digest=_digest(draft.content, draft.introduction),
        author_id=draft.author_id,
        published_at=now,
        published_by=_known(person),
    )
    # Laid out before the transaction, which holds the only write lock of a small installation.
    pdf = to_pdf(from_text(draft.content), draft.pictures, issue_of(edition), draft=False, created=now)
    edition.pdf_digest = _bytes_digest(pdf)
    edition.pdf = f"{FOLDER}/{territory.code}/{number}-{edition.pdf_digest[:16]}.pdf"
    return _insert(person, edition, draft, pdf)


def _insert(person: Any, edition: Edition, draft: Draft, pdf: bytes) -> Edition:
    territory = edition.territory
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        held = Draft.objects.filter(pk=draft.pk).first()
        if held is None:
            return _already_published(territory, draft.pk)
        if held.prepared_at != draft.prepared_at or _next_number(territory) != edition.number:
            raise TerreauError(
                _("Le brouillon a changé pendant la publication."), remedy=_("Relisez-le, puis publiez.")
            )
        write_atomically(settings.HOME.files / edition.pdf, pdf)
        edition.save()
        held.delete()
        _tell(
            "diagnosis.published",
            person,
            territory,
            number=edition.number,
            as_of=edition.as_of.isoformat(),
            digest=edition.digest,
        )
        transaction.on_commit(lambda: stamp.touch(settings.HOME.content_stamp))
    return edition


def _already_published(territory: Territory, draft_key: uuid.UUID) -> Edition:
    found = Edition.objects.of(territory).filter(draft_key=draft_key).first()
    if found is None:
        raise _gone()
    return found


def _next_number(territory: Territory) -> int:
    last = Edition.objects.filter(territory=territory).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _digest(content: str, introduction: str) -> str:
    return digest(f"{content}\n{introduction}")


def _bytes_digest(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _altered(edition: Edition) -> TerreauError:
    return TerreauError(
        _("Cette édition ne correspond plus à son empreinte : elle a été altérée hors de la plateforme."),
        where=str(edition),
        remedy=_("Remettez-la depuis une sauvegarde."),
    )


def read(edition: Edition) -> Content:
    """The content of an edition, once its digest is found right.

    Raises:
        TerreauError: when the content is not the one that was published.
    """
    if _digest(edition.content, edition.introduction) != edition.digest:
        raise _altered(edition)
    return from_text(edition.content)


def picture_of(edition: Edition, content: Content, key: str, width: str) -> str | None:
    """One drawing of an edition, once its digest is found right; None when there is no such drawing."""
    drawings = {
        (picture.key, drawing.width): drawing.digest
        for part in content.sections
        for picture in part.pictures
        for drawing in picture.drawings
    }
    expected = drawings.get((key, width))
    if expected is None:
        return None
    svg = str(edition.pictures[f"{key}-{width}"])
    if digest(svg) != expected:
        raise _altered(edition)
    return svg


def pdf_of(edition: Edition) -> bytes:
    """The document published with an edition.

    Raises:
        TerreauError: when the file is missing or is not the one that was published.
    """
    path: Path = settings.HOME.files / edition.pdf
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise TerreauError(
            _("Le document de cette édition manque dans les fichiers de l’instance."),
            where=str(edition),
            remedy=_("Remettez le dossier des fichiers depuis une sauvegarde."),
        ) from None
    if _bytes_digest(data) != edition.pdf_digest:
        raise _altered(edition)
    return data


def pdf_in(edition: Edition, tongue: Tongue) -> bytes:
    """The document of an edition in another language, made from its content when it is asked for.

    Raises:
        TerreauError: when the content is not the one that was published.
    """
    content, issue = read(edition), issue_of(edition)
    return to_pdf(content, edition.pictures, issue, draft=False, created=edition.published_at, tongue=tongue)


def editable_of(edition: Edition, kind: str, tongue: Tongue | None = None) -> bytes:
    """An edition as a document that can be edited, made from its content when it is asked for.

    Raises:
        TerreauError: when the content is not the one that was published.
    """
    content = read(edition)
    document = to_editable(content, edition.pictures, issue_of(edition), tongue)
    return to_docx(document) if kind == "docx" else to_odt(document)


def issue_of(edition: Edition) -> Issue:
    """What accompanies the figures of an edition in its files."""
    return Issue(
        number=edition.number,
        published_on=timezone.localtime(edition.published_at).date().isoformat(),
        digest=edition.digest,
        introduction=edition.introduction,
    )


# --- Coverage ----------------------------------------------------------------------------------------


def state_coverage(
    *, person: Any, territory: Territory, source: Source, field: str, evidence: str
) -> CoverageStatement:
    """Declare a source complete for a territory, with what allows to say so.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: without field or evidence, or when it is already declared.
    """
    perms.can_state_coverage.require(person, territory)
    field, evidence = field.strip(), evidence.strip()
    if not field or not evidence:
        raise TerreauError(
            _("Dites pour quoi la source est complète, et ce qui permet de le dire."),
            remedy=_("Sans cela la couverture reste inconnue et aucune densité n’est calculée."),
        )
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        if CoverageStatement.objects.filter(
            territory=territory, source=source, withdrawn_on__isnull=True
        ).exists():
            raise TerreauError(
                _("Cette source est déjà déclarée complète pour ce territoire."), where=source.name
            )
        stated = CoverageStatement.objects.create(
            territory=territory,
            source=source,
            field=field[:200],
            evidence=evidence,
            stated_on=timezone.localdate(),
            stated_by=_known(person),
        )
        _tell("coverage.stated", person, territory, source=source.code, field=stated.field)
    return stated


def withdraw_coverage(*, person: Any, statement: CoverageStatement) -> None:
    """Withdraw a declaration; editions already published keep what they said."""
    perms.can_state_coverage.require(person, statement.territory)
    with transaction.atomic():
        held = CoverageStatement.objects.select_for_update().get(pk=statement.pk)
        if held.withdrawn_on is None:
            held.withdrawn_on = timezone.localdate()
            held.withdrawn_by = _known(person)
            held.save(update_fields=["withdrawn_on", "withdrawn_by"])
            _tell("coverage.withdrawn", person, held.territory, source=held.source.code)


def _tell(verb: str, person: Any, territory: Territory, **data: Any) -> None:
    record(
        verb=verb,
        subject=f"territory:{territory.code}",
        actor=person,
        territory_code=territory.code,
        **data,
    )
