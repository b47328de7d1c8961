"""The diagnosis as a document that an officer can edit: the texts and figures of the screen and the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.conf import settings

from terreau.core.tongues import Tongue, told
from terreau.diagnosis import presentation
from terreau.diagnosis.content import Content, Entry
from terreau.diagnosis.drawings import file_key
from terreau.diagnosis.exports import Issue
from terreau.diagnosis.presentation import ShownFigure, ShownGroup, ShownPart, ShownPicture, ShownTable
from terreau.diagnosis.printing import document_data
from terreau.diagnosis.wording import COLON, SEMICOLON
from terreau.documents.editable import Block, Editable, Grid, Heading, Illustration, Items, Paragraph

_SCALE: Final = 2  # pixels of a picture for one of its units, so that it prints well


def to_editable(
    content: Content, pictures: dict[str, str], issue: Issue, tongue: Tongue | None = None
) -> Editable:
    """The whole edition, section by section, in French or in another language."""
    about = document_data(content, issue, draft=False)
    notice = str(settings.INSTANCE_NOTICE)
    blocks: list[Block] = [Paragraph(notice)] if notice else []
    blocks += [Paragraph(text) for text in (about["edition"], about["subtitle"]) if text]
    blocks += [Paragraph(text, small=True) for text in about["notes"]]
    if issue.introduction:
        blocks.append(Heading(about["introduction_title"]))
        blocks += [Paragraph(text) for text in issue.introduction.split("\n\n") if text.strip()]
    shown = presentation.parts(content)
    draw = partial(_picture, pictures)
    for part in shown:
        blocks += _part(part, draw)
    foot = " · ".join(text for text in (content.subject.name, about["title"], notice) if text)
    title = f"{about['title']} – {content.subject.name}"
    if tongue is None:
        return Editable(title, about["date"], tuple(blocks), foot)
    said = told(tuple(blocks), tongue)
    return Editable(title, about["date"], said, foot, language=tongue.code, country=tongue.country)


def _part(part: ShownPart, draw: partial[Illustration]) -> Iterator[Block]:
    yield Heading(part.title, new_page=part.key == "synthese")
    yield from (Paragraph(text) for text in part.texts)
    for figure in part.figures:
        yield from _figure(figure)
    yield from (draw(one) for one in part.pictures)
    for table in part.tables:
        yield from _table(table)
    for group in part.groups:
        yield _group(group)
        yield from (_address(one) for one in group.figures if one.url)
    for entries in part.entries:
        if entries.group:
            yield Heading(entries.group, 2)
        if part.key == "synthese":
            yield Items(
                tuple(f"{one.title}. {one.text}" if one.text else one.title for one in entries.entries)
            )
        else:
            for entry in entries.entries:
                yield from _entry(entry)
    yield from (Paragraph(note, small=True) for note in part.notes)
    for one in part.definitions:
        yield Heading(one.title, 2)
        yield Paragraph(one.text)
        if one.limits:
            yield Paragraph(one.limits, lead=f"Limites{COLON}".strip())


def _figure(one: ShownFigure) -> Iterator[Block]:
    yield Paragraph(one.label, lead=one.value)
    told = [one.counted, one.perimeter, one.date, one.source, one.reliability]
    reason = f"Non calculée{COLON}{one.withheld}. " if one.withheld else ""
    yield Paragraph(f"{reason}{SEMICOLON.join(text for text in told if text)}.", small=True)


def _picture(pictures: dict[str, str], one: ShownPicture) -> Illustration:
    # Imported late: most processes never draw.
    import vl_convert

    png = vl_convert.svg_to_png(pictures[file_key(one.key, "wide")], scale=_SCALE)
    caption = f"{one.title}. {one.caption}" if one.caption else one.title
    return Illustration(png, int(one.x or 640), int(one.y or 400), one.alt, caption)


def _table(one: ShownTable) -> Iterator[Block]:
    yield Grid(
        one.caption,
        (one.head, *(column.label for column in one.columns)),
        tuple((line.label, *(cell.text for cell in line.cells)) for line in one.lines),
        frozenset(place for place, column in enumerate(one.columns, start=1) if column.numeric),
    )
    yield Paragraph(" ".join(text for text in (one.note, one.about) if text), small=True)


def _group(group: ShownGroup) -> Block:
    rows = tuple(
        (f"{one.label} ({one.counted})", one.quantity, one.date, f"{one.source} ({one.reliability})")
        for one in group.figures
    )
    return Grid(group.perimeter, ("Chiffre", "Valeur", "Date", "Source et fiabilité"), rows, frozenset({1}))


def _address(one: ShownFigure) -> Block:
    return Paragraph(one.source, url=whole(one.url), small=True)


def _entry(one: Entry) -> Iterator[Block]:
    yield Paragraph(one.title, url=whole(one.url)) if one.url else Paragraph("", lead=one.title)
    if one.text:
        yield Paragraph(one.text)
    for name, text in one.facts:
        yield Paragraph(text, lead=f"{name}{COLON}".strip())


def whole(url: str) -> str:
    """An address of this site as it can be followed from a file."""
    return f"{settings.PUBLIC_URL}{url}" if url.startswith("/") else url
