"""What every picture drawn by the house must hold, whatever it shows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "desc", "g", "path", "rect", "circle", "line", "text", "tspan"}
FORBIDDEN_ATTRIBUTES = {"style", "class", "id", "href", "onload", "onclick"}


def parse(picture: str) -> ET.Element:
    """Check a picture against the house's rules and give its tree."""
    root = ET.fromstring(picture)
    assert root.attrib["role"] == "img"
    assert (root[0].tag, root[1].tag) == (f"{SVG}title", f"{SVG}desc")
    assert root[0].text
    assert root[1].text
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert width in (640, 328)
    assert 0 < height < 2000
    for node in root.iter():
        assert node.tag.removeprefix(SVG) in DRAWN
        assert not FORBIDDEN_ATTRIBUTES & set(node.attrib), node.attrib
        assert "url(" not in " ".join(node.attrib.values())
        assert float(node.attrib.get("font-size", 16)) >= 13
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"\d\.\d\d", re.sub(r"<(title|desc|text|tspan)[^>]*>[^<]*", "", picture))
    return root


def texts(root: ET.Element) -> list[str]:
    """The lines written on the picture, in the order of the file."""
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def by_tag(root: ET.Element, name: str) -> list[ET.Element]:
    """All elements of one name."""
    return list(root.iter(f"{SVG}{name}"))
