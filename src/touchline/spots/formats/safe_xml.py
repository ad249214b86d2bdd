"""XML of strangers: nothing is fetched, no entity is expanded, nothing nests without end."""

import re
from xml.etree.ElementTree import Element, TreeBuilder, indent, tostring
from xml.parsers import expat

from touchline.text import inert

_DEEPEST = 100
_NEVER_IN_XML = re.compile("[\ufffe\uffff]")


def parse_xml(content: bytes) -> Element:
    """The root of an XML document.

    Comments and processing instructions are left out. A document type may be named, which is not
    looked up, but may not declare entities.

    Raises:
        ValueError: it is not XML, or declares or uses entities of its own, or is too deep.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise ValueError(f"its elements are nested more than {_DEEPEST} deep")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(name: str, *_: object) -> None:
        raise ValueError(f"it declares or uses the entity '{name[:40]}', which is never expanded")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    parser.SkippedEntityHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from error
    return builder.close()


def xml_bytes(root: Element, declaration: str = "") -> bytes:
    """An XML document in UTF-8, indented; no text in it can end an element or begin one.

    Args:
        root: the root.
        declaration: a document type, or "".
    """
    for element in root.iter():
        element.text = element.text and xml_text(element.text)
        for name, value in element.attrib.items():
            element.set(name, xml_text(value))
    indent(root)
    body = tostring(root, encoding="unicode")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *filter(None, [declaration]), body, ""]
    return "\n".join(lines).encode()


def xml_text(text: str) -> str:
    r"""A text with only characters that XML may hold, others as their codes.

    >>> xml_text("a\x00b")
    'a⟨U+0000⟩b'
    """
    return _NEVER_IN_XML.sub(lambda one: f"⟨U+{ord(one[0]):04X}⟩", inert(text))
