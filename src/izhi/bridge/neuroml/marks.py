"""What is noted beside an element: properties within its annotation.

Not among its children: jNeuroML 0.14 then loses the list of what is attached to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement


def mark(element: Element, properties: Mapping[str, str]) -> None:
    """Note properties beside an element, those that say nothing aside."""
    said = {tag: value for tag, value in properties.items() if value}
    if said:
        note = SubElement(element, "annotation")
        for tag, value in said.items():
            SubElement(note, "property", {"tag": tag, "value": value})


def marks(element: Element) -> dict[str, str]:
    """The properties of an element, noted beside it or given as its children."""
    found = [*element.findall("property"), *element.findall("annotation/property")]
    return {str(each.get("tag")): str(each.get("value")) for each in found}
