"""Our XML answers, read as strictly as a provider's own checker would: what is not in its documents ends the call, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

_LONGEST = 65_536


class Malformed(Exception):
    """An answer that the provider could not perform. The text says why, for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What an element may have."""

    attributes: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    has_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One element of an answer."""

    name: str
    attributes: Mapping[str, str] = field(repr=False)
    text: str = field(default="", repr=False)
    inside: tuple[Verb, ...] = ()

    def get(self, name: str, default: str) -> str:
        """Give an attribute."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: int) -> int:
        """Give an attribute that is a number, not below zero."""
        value = self.attributes.get(name, str(default))
        if not (value.isascii() and value.isdigit()):
            raise Malformed(f"{name} of <{self.name}> is no number")
        return int(value)

    def truth(self, name: str, default: bool) -> bool:
        """Give an attribute that is true or false."""
        value = self.attributes.get(name, str(default).lower())
        if value not in ("true", "false"):
            raise Malformed(f"{name} of <{self.name}> is neither true nor false")
        return value == "true"


def read_document(body: bytes, top: frozenset[str], allowed: Mapping[str, Allowed]) -> tuple[Verb, ...]:
    """Give the verbs of a document; raise `Malformed`."""
    if len(body) > _LONGEST:
        raise Malformed(f"the answer is longer than {_LONGEST} bytes")
    try:
        root = ElementTree.fromstring(body)
    except ParseError as error:
        line, column = error.position
        raise Malformed(f"the answer is not well-formed XML (line {line}, column {column})") from None
    except (DefusedXmlException, ValueError):
        raise Malformed("the answer is XML with entities or an unknown encoding") from None
    if root.tag != "Response":
        raise Malformed("the answer's root is not <Response>")
    _check_text(root, has_text=False)
    return tuple(_verb(element, top, allowed, "Response") for element in root)


def _verb(element: Element, here: frozenset[str], allowed: Mapping[str, Allowed], parent: str) -> Verb:
    name = str(element.tag)
    rules = allowed.get(name)
    if rules is None:
        raise Malformed(f"<{name[:40]}> is not known here")
    if name not in here:
        raise Malformed(f"<{name}> cannot stand in <{parent}>")
    unknown = sorted(set(element.attrib) - rules.attributes)
    if unknown:
        raise Malformed(f"<{name}> has no attribute {unknown[0][:40]}")
    _check_text(element, has_text=rules.has_text)
    inside = tuple(_verb(child, rules.inside, allowed, name) for child in element)
    return Verb(name=name, attributes=dict(element.attrib), text="".join(element.itertext()).strip(), inside=inside)


def _check_text(element: Element, *, has_text: bool) -> None:
    between = [element.text or "", *(child.tail or "" for child in element)]
    if not has_text and any(text.strip() for text in between):
        raise Malformed(f"<{element.tag}> has text where there is none")
