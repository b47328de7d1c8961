"""The documents of a plan: PDF, DOCX, ODT, for the council or for everybody, of today or of an edition.

The three formats are written from the same blocks. An edition's document is made when it is asked for, from
what the edition keeps and nothing else: it is always the same.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.directory.labels import day_text
from terreau.documents import docx, odt
from terreau.documents.editable import Block, Editable, Paragraph
from terreau.documents.laid_out import Cover, to_pdf
from terreau.plans.comparing import Side, compare
from terreau.plans.council_document import council_blocks
from terreau.plans.document_parts import Issue
from terreau.plans.edition_models import PlanEdition
from terreau.plans.edition_rules import public_part
from terreau.plans.editions import editions_of, read
from terreau.plans.enums import Version
from terreau.plans.models import Plan
from terreau.plans.public_document import public_blocks
from terreau.plans.snapshot import content_of

TYPES: Final = {"pdf": "application/pdf", "docx": docx.MIME, "odt": odt.MIME}
_BLOCKS: Final = {Version.COUNCIL: council_blocks, Version.PUBLIC: public_blocks}


def side_of(edition: PlanEdition, *, public: bool) -> Side:
    """An edition as it is compared, or its public part."""
    content = read(edition)
    label = _("l’édition n°\u00a0%(number)d (%(day)s)") % {
        "number": edition.number,
        "day": f"{edition.as_of:%d/%m/%Y}",
    }
    return Side(public_part(content) if public else content, edition.as_of, label)


def side_today(plan: Plan, today: date, *, public: bool) -> Side:
    """The plan as it is today."""
    return Side(content_of(plan, public=public), today, _("aujourd’hui"))


def issue_of(edition: PlanEdition, version: Version) -> Issue:
    """What the document of an edition says; what changed since the one before, that the same people read."""
    public = version == Version.PUBLIC
    side = side_of(edition, public=public)
    before = editions_of(edition.plan, every=not public).filter(number__lt=edition.number).first()
    return Issue(
        content=side.content,
        as_of=edition.as_of,
        version=version,
        made_at=edition.made_at,
        number=edition.number,
        words=edition.words,
        digest=edition.digest,
        since=compare(side_of(before, public=public), side) if before else None,
    )


def issue_today(plan: Plan, version: Version) -> Issue:
    """What a document of the plan says today; what changed since the last edition."""
    public, now = version == Version.PUBLIC, timezone.localtime()
    side = side_today(plan, now.date(), public=public)
    last = editions_of(plan, every=not public).first()
    since = compare(side_of(last, public=public), side) if last else None
    return Issue(side.content, side.as_of, version, now, since=since)


def made(issue: Issue, kind: str) -> bytes:
    """The document, in one of `TYPES`.

    Raises:
        DocumentError: when it could not be laid out.
    """
    if kind == "pdf":
        return to_pdf(_document(issue, with_cover=False), _cover(issue), created=issue.made_at)
    document = _document(issue, with_cover=True)
    return docx.to_docx(document) if kind == "docx" else odt.to_odt(document)


def _document(issue: Issue, *, with_cover: bool) -> Editable:
    """The blocks; a PDF says on its cover what others say under their title."""
    cover = _cover(issue)
    blocks: list[Block] = []
    if with_cover:
        told = (cover.notice, cover.edition, cover.date, *cover.notes)
        blocks += [Paragraph(text) for text in told if text]
    foot = " · ".join(text for text in (cover.territory, cover.title, cover.notice) if text)
    return Editable(
        f"{cover.title} – {cover.territory}",
        cover.subtitle,
        (*blocks, *_BLOCKS[issue.version](issue)),
        foot,
    )


def _cover(issue: Issue) -> Cover:
    plan, territory = issue.content["plan"], issue.content["territory"]
    council = issue.version == Version.COUNCIL
    years = f"{plan['starts_on'][:4]} – {plan['ends_on'][:4]}"
    edition = ""
    if issue.number is not None:
        edition = _("Édition n°\u00a0%(number)d\u00a0: %(words)s") % {
            "number": issue.number,
            "words": issue.words,
        }
    return Cover(
        title=plan["title"],
        territory=territory["name"],
        subtitle=(_("Plan d’action %(years)s, pour le conseil") if council else _("Plan d’action %(years)s"))
        % {"years": years},
        date=_("Situation au %(day)s") % {"day": day_text(issue.as_of.isoformat())},
        edition=edition,
        notes=tuple(_notes(issue, territory["code"])),
        notice=_notice(issue),
    )


def _notes(issue: Issue, code: str) -> list[str]:
    told = []
    if issue.version == Version.PUBLIC:
        address = f"{settings.PUBLIC_URL}{reverse('plans:public', args=[code])}"
        told.append(_("Le plan à jour\u00a0: %(address)s") % {"address": address})
    if issue.number is None:
        told.append(_("Ce document dit le plan au jour de sa lecture\u00a0: il n’est pas une édition."))
    if issue.digest:
        told.append(_("Empreinte de l’édition\u00a0: %(digest)s") % {"digest": issue.digest})
    return told


def _notice(issue: Issue) -> str:
    """What every page says where the data is made up."""
    if settings.INSTANCE_NOTICE:
        return str(settings.INSTANCE_NOTICE)
    return (
        _("Données simulées\u00a0: ce plan a été inventé pour s’exercer.")
        if issue.content["simulated"]
        else ""
    )


def file_name(plan: Plan, issue: Issue, kind: str) -> str:
    """« plan-xt-com-3101-edition-2-conseil.pdf »."""
    which: Any = f"edition-{issue.number}" if issue.number is not None else issue.as_of.isoformat()
    return f"plan-{plan.territory.code}-{which}-{issue.version.value}.{kind}"
