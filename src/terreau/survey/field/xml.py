"""The documents that an OpenRosa server answers with: list of forms, manifest, what became of a sending."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_RESPONSE = "http://openrosa.org/http/response"


def md5_of(content: bytes) -> str:
    """The only digest the standard knows; it tells a telephone that a file changed, nothing more."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def form_list(forms: list[Mapping[str, str]]) -> bytes:
    """The forms, each with its fields in the order of the standard."""
    root = Element("xforms", xmlns=_LIST)
    for form in forms:
        _fields(SubElement(root, "xform"), form)
    return _document(root)


def manifest(files: list[Mapping[str, str]]) -> bytes:
    """The files that go with a form."""
    root = Element("manifest", xmlns=_MANIFEST)
    for one in files:
        _fields(SubElement(root, "mediaFile"), one)
    return _document(root)


def response(message: str) -> bytes:
    """What the telephone shows after a sending."""
    root = Element("OpenRosaResponse", xmlns=_RESPONSE)
    SubElement(root, "message", nature="").text = message
    return _document(root)


def _fields(element: Element, fields: Mapping[str, str]) -> None:
    for name, text in fields.items():
        SubElement(element, name).text = text


def _document(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
