"""An editable document as DOCX (ISO/IEC 29500), written with what Python ships."""

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

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WIDE = 16.6  # centimetres between the margins
_TWIPS = 567  # in a centimetre
_EMU = 360_000  # in a centimetre
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def to_docx(document: Editable) -> bytes:
    """The document as bytes; the same document always gives the same ones."""
    writer = _Writer()
    body = "".join(writer.block(one) for one in document.blocks)
    head = _paragraph(_run(document.title), "Title") + _paragraph(_run(document.subtitle), "Subtitle")
    return packed(
        {
            "[Content_Types].xml": _xml(_content_types()),
            "_rels/.rels": _xml(_package_relations()),
            "docProps/core.xml": _xml(_core(document)),
            "word/document.xml": _xml(_document(head + body)),
            "word/styles.xml": _xml(_styles(document)),
            "word/numbering.xml": _xml(_numbering()),
            "word/footer1.xml": _xml(_footer(document)),
            "word/_rels/document.xml.rels": _xml(_relations(writer)),
            **{f"word/media/image{n}.png": one.data for n, one in enumerate(writer.pictures, start=1)},
        }
    )


def _xml(text: str) -> bytes:
    return (_DECLARATION + text).encode()


class _Writer:
    """Writes blocks, and remembers the pictures and addresses they refer to."""

    def __init__(self) -> None:
        self.pictures: list[Illustration] = []
        self.links: list[str] = []

    def block(self, one: Block) -> str:
        if isinstance(one, Heading):
            before = "<w:pageBreakBefore/>" if one.new_page else ""
            return _paragraph(_run(one.text), f"Heading{one.level}", before)
        if isinstance(one, Paragraph):
            return self._text(one)
        if isinstance(one, Items):
            bullet = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
            return "".join(_paragraph(_run(item), "ListBullet", bullet) for item in one.items)
        if isinstance(one, Grid):
            return _grid(one)
        return self._picture(one)

    def _text(self, one: Paragraph) -> str:
        lead = _run(one.lead, bold=True) + _run(" ") if one.lead else ""
        text = _run(one.text)
        if one.url:
            self.links.append(one.url)
            text = (
                f'<w:hyperlink r:id="link{len(self.links)}">{_run(one.text, style="Hyperlink")}</w:hyperlink>'
            )
        return _paragraph(lead + text, "Note" if one.small else "Normal")

    def _picture(self, one: Illustration) -> str:
        self.pictures.append(one)
        number = len(self.pictures)
        width, height = (round(side * _EMU) for side in sized(one, _WIDE))
        extent = f'cx="{width}" cy="{height}"'
        name = f'id="{number}" name="image{number}" descr="{clean(one.alt)}"'
        drawn = (
            f"<w:r><w:drawing><wp:inline><wp:extent {extent}/><wp:docPr {name}/>"
            f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic>'
            f"<pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr>"
            f"<pic:blipFill><a:blip "
            f'r:embed="image{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )
        caption = _paragraph(_run(one.caption), "Caption", "<w:keepNext/>") if one.caption else ""
        return caption + _paragraph(drawn, "Normal")


def _run(text: str, *, bold: bool = False, style: str = "") -> str:
    about = (f'<w:rStyle w:val="{style}"/>' if style else "") + ("<w:b/>" if bold else "")
    if isinstance(text, Kept):
        about += f'<w:lang w:val="{text.language}"/>'
    look = f"<w:rPr>{about}</w:rPr>" if about else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{clean(text)}</w:t></w:r>'


def _paragraph(runs: str, style: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>'


def _grid(one: Grid) -> str:
    widths = [round(width * _TWIPS) for width in column_widths(one, _WIDE)]
    sizes = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = "".join(
        _cell(text, widths[place], place in one.numeric, head=True) for place, text in enumerate(one.columns)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for row in one.rows:
        cells = "".join(_cell(text, widths[place], place in one.numeric) for place, text in enumerate(row))
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    look = (
        '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="1" '
        'w:noVBand="1"/>'
        f'<w:tblCaption w:val="{clean(one.caption)}"/></w:tblPr>'
    )
    caption = _paragraph(_run(one.caption), "Caption", "<w:keepNext/>")
    return f"{caption}<w:tbl>{look}<w:tblGrid>{sizes}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _cell(text: str, width: int, numeric: bool, *, head: bool = False) -> str:
    side = '<w:jc w:val="right"/>' if numeric else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F3ECDF"/>' if head else ""
    about = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
    return f"<w:tc>{about}{_paragraph(_run(text, bold=head), 'TableText', side)}</w:tc>"


def _document(body: str) -> str:
    spaces = (
        f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" '
        f'xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture"'
    )
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1418" w:right="1247" w:bottom="1418" w:left="1247" w:header="709" w:footer="709" '
        'w:gutter="0"/></w:sectPr>'
    )
    return f"<w:document {spaces}><w:body>{body}{page}</w:body></w:document>"


def _styles(document: Editable) -> str:
    tongue = f"{document.language}-{document.country}"
    defaults = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Liberation Sans" w:hAnsi="Liberation Sans" '
        'w:cs="Liberation Sans"/><w:sz w:val="21"/>'
        f'<w:lang w:val="{tongue}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" '
        'w:line="269" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    styles = [
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name '
        'w:val="Normal"/><w:qFormat/></w:style>',
        _style("Title", "Title", "", '<w:b/><w:color w:val="5A3B22"/><w:sz w:val="44"/>'),
        _style("Subtitle", "Subtitle", "", '<w:sz w:val="26"/>'),
        *(
            _style(
                f"Heading{level}", f"heading {level}",
                f'<w:keepNext/><w:spacing w:before="{before}" w:after="120"/><w:outlineLvl '
                f'w:val="{level - 1}"/>',
                f'<w:b/><w:color w:val="5A3B22"/><w:sz w:val="{size}"/>',
            )
            for level, before, size in ((1, 480, 34), (2, 320, 27), (3, 240, 23))
        ),
        _style("Caption", "caption", '<w:spacing w:before="240" w:after="80"/>', "<w:b/>"),
        _style("Note", "Note", '<w:spacing w:before="80"/>', '<w:color w:val="6B6257"/><w:sz w:val="18"/>'),
        _style(
            "TableText", "Table Text",
            '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>', '<w:sz w:val="17"/>',
        ),
        _style("ListBullet", "List Bullet", '<w:spacing w:after="20"/>', ""),
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr>'
        '<w:color w:val="5A3B22"/><w:u w:val="single"/></w:rPr></w:style>',
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
        + "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="6B6257"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        + '</w:tblBorders><w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>",
    ]  # fmt: skip
    return f'<w:styles xmlns:w="{_W}">{defaults}{"".join(styles)}</w:styles>'


def _style(key: str, name: str, paragraph: str, run: str) -> str:
    about = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    about += f"<w:rPr>{run}</w:rPr>" if run else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="Normal"/><w:qFormat/>{about}</w:style>'
    )


def _numbering() -> str:
    return (
        f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="–"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="454" w:hanging="284"/></w:pPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _footer(document: Editable) -> str:
    lead = f"{document.foot} · " if document.foot else ""
    pages = [_run(f"{lead}page "), _field("PAGE"), _run(" sur "), _field("NUMPAGES")]
    return f'<w:ftr xmlns:w="{_W}" xmlns:r="{_R}">{_paragraph("".join(pages), "Note")}</w:ftr>'


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _core(document: Editable) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{clean(document.title)}</dc:title><dc:subject>{clean(document.subtitle)}</dc:subject>"
        f"<dc:creator>Terreau</dc:creator><dc:language>{document.language}</dc:language></cp:coreProperties>"
    )


def _content_types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {
        "/word/document.xml": f"{word}.document.main+xml",
        "/word/styles.xml": f"{word}.styles+xml",
        "/word/numbering.xml": f"{word}.numbering+xml",
        "/word/footer1.xml": f"{word}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    told = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{told}</Types>'
    )


def _package_relations() -> str:
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    return _relationships(
        [
            ("document", f"{_R}/officeDocument", "word/document.xml", ""),
            ("core", core, "docProps/core.xml", ""),
        ]
    )


def _relations(writer: _Writer) -> str:
    found = [
        ("styles", f"{_R}/styles", "styles.xml", ""),
        ("numbering", f"{_R}/numbering", "numbering.xml", ""),
        ("footer", f"{_R}/footer", "footer1.xml", ""),
    ]
    found += [
        (f"image{n}", f"{_R}/image", f"media/image{n}.png", "") for n in range(1, len(writer.pictures) + 1)
    ]
    found += [
        (f"link{n}", f"{_R}/hyperlink", url, ' TargetMode="External"')
        for n, url in enumerate(writer.links, start=1)
    ]
    return _relationships(found)


def _relationships(found: list[tuple[str, str, str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{clean(target)}"{mode}/>'
        for key, kind, target, mode in found
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'
