"""An editable document as ODT (ISO/IEC 26300, OpenDocument 1.3), written with what Python ships."""

from __future__ import annotations

from terreau.core.tongues import Kept
from terreau.documents.editable import (
    Block,
    Editable,
    Grid,
    Heading,
    Illustration,
    Items,
    Paragraph,
    clean,
    column_widths,
    packed,
    sized,
)

MIME = "application/vnd.oasis.opendocument.text"
_WIDE = 16.6  # centimetres between the margins
_IN_CELL = 'fo:margin-bottom="0cm" fo:line-height="100%"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    [
        *(
            f'xmlns:{name}="{_OASIS}:{name}:1.0"'
            for name in ("office", "style", "text", "table", "meta", "manifest")
        ),
        f'xmlns:draw="{_OASIS}:drawing:1.0"',
        f'xmlns:fo="{_OASIS}:xsl-fo-compatible:1.0"',
        f'xmlns:svg="{_OASIS}:svg-compatible:1.0"',
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ]
)


def to_odt(document: Editable) -> bytes:
    """The document as bytes; the same document always gives the same ones."""
    writer = _Writer()
    body = "".join(writer.block(one) for one in document.blocks)
    pictures = {f"Pictures/image{n}.png": one.data for n, one in enumerate(writer.pictures, start=1)}
    return packed(
        {
            # First, and not compressed: by it the kind of the file is known.
            "mimetype": MIME.encode(),
            "content.xml": _xml(_content(document, body, writer.tables)),
            "styles.xml": _xml(_styles(document)),
            "meta.xml": _xml(_meta(document)),
            **pictures,
            "META-INF/manifest.xml": _xml(_manifest(list(pictures))),
        },
        stored=("mimetype",),
    )


def _xml(text: str) -> bytes:
    return (_DECLARATION + text).encode()


class _Writer:
    """Writes blocks, and remembers the pictures they refer to."""

    def __init__(self) -> None:
        self.pictures: list[Illustration] = []
        self.tables: list[Grid] = []

    def block(self, one: Block) -> str:
        if isinstance(one, Heading):
            style = f"Heading_20_{one.level}" if not one.new_page else "NewPage"
            about = f'text:style-name="{style}" text:outline-level="{one.level}"'
            return f"<text:h {about}>{_said(one.text)}</text:h>"
        if isinstance(one, Paragraph):
            return _text(one)
        if isinstance(one, Items):
            told = (_paragraph(item, "Item") for item in one.items)
            items = "".join(f"<text:list-item>{item}</text:list-item>" for item in told)
            return f'<text:list text:style-name="Bullets">{items}</text:list>'
        if isinstance(one, Grid):
            self.tables.append(one)
            return _grid(one, len(self.tables))
        return self._picture(one)

    def _picture(self, one: Illustration) -> str:
        self.pictures.append(one)
        number = len(self.pictures)
        width, height = sized(one, _WIDE)
        caption = _paragraph(one.caption, "Caption") if one.caption else ""
        frame = (
            f'<draw:frame draw:name="image{number}" text:anchor-type="as-char" svg:width="{width:.2f}cm" '
            f'svg:height="{height:.2f}cm"><draw:image xlink:href="Pictures/image{number}.png" '
            f'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
            f"<svg:title>{clean(one.caption or one.alt)}</svg:title>"
            f"<svg:desc>{clean(one.alt)}</svg:desc></draw:frame>"
        )
        return f'{caption}<text:p text:style-name="Standard">{frame}</text:p>'


def _paragraph(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{_said(text)}</text:p>'


def _said(text: str) -> str:
    """The text, which says its own language where it is not that of the document."""
    if not isinstance(text, Kept):
        return clean(text)
    return f'<text:span text:style-name="In-{text.language}">{clean(text)}</text:span>'


def _text(one: Paragraph) -> str:
    lead = f'<text:span text:style-name="Strong">{_said(one.lead)}</text:span> ' if one.lead else ""
    text = _said(one.text)
    if one.url:
        text = f'<text:a xlink:type="simple" xlink:href="{clean(one.url)}">{text}</text:a>'
    return f'<text:p text:style-name="{"Note" if one.small else "Standard"}">{lead}{text}</text:p>'


def _grid(one: Grid, number: int) -> str:
    head = "".join(_cell(text, "HeadCell", "TableHead") for text in one.columns)
    rows = "".join(
        '<table:table-row table:style-name="Row">'
        + "".join(
            _cell(text, "Cell", "TableNumber" if place in one.numeric else "TableText")
            for place, text in enumerate(row)
        )
        + "</table:table-row>"
        for row in one.rows
    )
    columns = "".join(
        f'<table:table-column table:style-name="{_column(number, place)}"/>'
        for place in range(len(one.columns))
    )
    return (
        f"{_paragraph(one.caption, 'Caption')}"
        f'<table:table table:name="Tableau{number}" table:style-name="Grid">'
        f"{columns}"
        f"<table:table-header-rows><table:table-row>{head}</table:table-row></table:table-header-rows>"
        f"{rows}</table:table>{_paragraph('')}"
    )


def _cell(text: str, cell: str, paragraph: str) -> str:
    return (
        f'<table:table-cell table:style-name="{cell}" office:value-type="string">'
        f"{_paragraph(text, paragraph)}</table:table-cell>"
    )


def _column(table: int, place: int) -> str:
    return f"Tableau{table}.{place + 1}"


def _column_styles(tables: list[Grid]) -> str:
    return "".join(
        f'<style:style style:name="{_column(number, place)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width:.2f}cm"/></style:style>'
        for number, one in enumerate(tables, start=1)
        for place, width in enumerate(column_widths(one, _WIDE))
    )


def _content(document: Editable, body: str, tables: list[Grid]) -> str:
    border = 'fo:border="0.5pt solid #6b6257" fo:padding="0.08cm"'
    automatic = (
        '<style:style style:name="NewPage" style:family="paragraph" style:parent-style-name="Heading_20_1">'
        '<style:paragraph-properties fo:break-before="page"/></style:style>'
        '<style:style style:name="Grid" style:family="table"><style:table-properties '
        f'style:width="{_WIDE}cm" table:align="left"/></style:style>'
        '<style:style style:name="Row" style:family="table-row"><style:table-row-properties '
        'fo:keep-together="always"/></style:style>'
        f'<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties {border}/>'
        '</style:style><style:style style:name="HeadCell" style:family="table-cell">'
        f'<style:table-cell-properties {border} fo:background-color="#f3ecdf"/></style:style>'
        '<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" '
        'text:bullet-char="–">'
        '<style:list-level-properties text:space-before="0.4cm" text:min-label-width="0.5cm"/>'
        "</text:list-level-style-bullet></text:list-style>"
        f'<style:style style:name="In-{Kept.language}" style:family="text">'
        f'<style:text-properties fo:language="{Kept.language}" fo:country="FR"/></style:style>'
    )
    head = _paragraph(document.title, "Title") + _paragraph(document.subtitle, "Subtitle")
    return (
        f'<office:document-content {_SPACES} office:version="1.3"><office:automatic-styles>{automatic}'
        f"{_column_styles(tables)}"
        f"</office:automatic-styles><office:body><office:text>{head}{body}</office:text></office:body>"
        "</office:document-content>"
    )


def _styles(document: Editable) -> str:
    brown = 'fo:color="#5a3b22" fo:font-weight="bold"'
    default = (
        '<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm" '
        'fo:line-height="120%"/><style:text-properties fo:font-family="Liberation Sans" '
        'fo:font-size="10.5pt" '
        f'fo:language="{document.language}" fo:country="{document.country}"/></style:default-style>'
    )
    styles = [
        '<style:style style:name="Standard" style:family="paragraph" style:class="text"/>',
        _style("Title", "", f'{brown} fo:font-size="22pt"'),
        _style("Subtitle", 'fo:margin-bottom="0.6cm"', 'fo:font-size="13pt"'),
        *(
            _style(
                f"Heading_20_{level}", 'fo:margin-top="0.6cm" fo:keep-with-next="always"',
                f'{brown} fo:font-size="{size}pt"',
                f'style:display-name="Heading {level}" style:default-outline-level="{level}"',
            )
            for level, size in ((1, 17), (2, 13.5), (3, 11.5))
        ),
        _style("Caption", 'fo:margin-top="0.4cm" fo:keep-with-next="always"', 'fo:font-weight="bold"'),
        _style("Note", "", 'fo:color="#6b6257" fo:font-size="9pt"'),
        _style("Item", 'fo:margin-bottom="0.05cm"', ""),
        _style("TableText", _IN_CELL, 'fo:font-size="8.5pt"'),
        _style("TableHead", _IN_CELL, 'fo:font-size="8.5pt" fo:font-weight="bold"'),
        _style("TableNumber", f'{_IN_CELL} fo:text-align="end"', 'fo:font-size="8.5pt"'),
        '<style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/>'
        "</style:style>",
    ]  # fmt: skip
    page = (
        '<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties '
        'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2.2cm"/><style:footer-style>'
        '<style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style>'
        "</style:page-layout></office:automatic-styles>"
    )
    lead = f"{clean(document.foot)} · " if document.foot else ""
    foot = (
        f'<style:footer><text:p text:style-name="Note">{lead}page <text:page-number>1</text:page-number> sur '
        "<text:page-count>1</text:page-count></text:p></style:footer>"
    )
    return (
        f'<office:document-styles {_SPACES} office:version="1.3"><office:styles>{default}{"".join(styles)}'
        f'</office:styles>{page}<office:master-styles><style:master-page style:name="Standard" '
        f'style:page-layout-name="A4">{foot}</style:master-page></office:master-styles></office:document-styles>'
    )


def _style(name: str, paragraph: str, text: str, more: str = "") -> str:
    about = f"<style:paragraph-properties {paragraph}/>" if paragraph else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="Standard" '
        f'style:next-style-name="Standard" {more}>{about}<style:text-properties {text}/></style:style>'
    )


def _meta(document: Editable) -> str:
    return (
        f'<office:document-meta {_SPACES} office:version="1.3"><office:meta>'
        f"<meta:generator>Terreau</meta:generator><dc:title>{clean(document.title)}</dc:title>"
        f"<dc:subject>{clean(document.subtitle)}</dc:subject><dc:language>{document.language}</dc:language>"
        "</office:meta></office:document-meta>"
    )


def _manifest(pictures: list[str]) -> str:
    files = {"/": MIME, **dict.fromkeys(("content.xml", "styles.xml", "meta.xml"), "text/xml")}
    files |= dict.fromkeys(pictures, "image/png")
    told = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in files.items()
    )
    return (
        f'<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.3">{told}'
        "</manifest:manifest>"
    )
