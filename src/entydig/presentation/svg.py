"""Writes a drawing as SVG: the same everywhere, at home in any page, readable aloud."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure as Drawing

__all__ = ["written"]

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
NOTHING: dict[str, str | None] = {"Date": None, "Creator": None, "Format": None, "Type": None}
REFERENCE = re.compile(r"url\(#(?P<link>[\w-]+)\)|#(?P<name>[\w-]+)")


def written(drawing: Drawing, *, label: str, title: str, alt: str, hovers: Mapping[str, str]) -> str:
    """Give a drawing as SVG.

    Parameters
    ----------
    drawing : matplotlib Figure
        Drawn under `entydig.presentation.style.settings`.
    label : str
        Prefix of every id, so that several figures can stand in one page.
    title, alt : str
        Become the picture's name and description.
    hovers : mapping
        Text to show when a pointer rests on the part with that gid.

    Returns
    -------
    str
        Without metadata, document type or style sheet: a strict content security policy forbids inline
        styles, so they become attributes.
    """
    target = io.StringIO()
    drawing.savefig(target, format="svg", metadata=NOTHING)
    root = ET.fromstring(target.getvalue())
    _clean(root)
    _name_parts(root, label, hovers)
    _describe(root, label, title, alt)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return ET.tostring(root, encoding="unicode")


def _describe(root: ET.Element, label: str, title: str, alt: str) -> None:
    for place, (tag, content) in enumerate((("title", title), ("desc", alt))):
        part = ET.Element(f"{{{SVG}}}{tag}", {"id": f"{label}-{tag}"})
        part.text = content
        root.insert(place, part)
    root.set("role", "img")
    root.set("aria-labelledby", f"{label}-title")
    root.set("aria-describedby", f"{label}-desc")
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")


def _clean(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            child.tail = None
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
        if not (parent.text or "").strip():
            parent.text = None
        for name, value in _declarations(parent.attrib.pop("style", "")):
            parent.set(name, value)


def _declarations(style: str) -> list[tuple[str, str]]:
    pairs = [part.split(":", 1) for part in style.split(";") if ":" in part]
    return [(name.strip(), value.strip()) for name, value in pairs]


def _name_parts(root: ET.Element, label: str, hovers: Mapping[str, str]) -> None:
    used = _references(root)
    # Numbered anew, since matplotlib's names are long and a figure refers to its letters a thousand times.
    numbers = {name: f"{label}-{number}" for number, name in enumerate(used, start=1)}
    for part in root.iter():
        name = part.attrib.pop("id", "")
        if name in hovers:
            tip = ET.Element(f"{{{SVG}}}title")
            tip.text = hovers[name]
            part.insert(0, tip)
        if name in numbers:
            part.set("id", numbers[name])
        for key, target in _targets(part):
            part.set(key, part.attrib[key].replace(f"#{target}", f"#{numbers[target]}"))


def _references(root: ET.Element) -> list[str]:
    return list(dict.fromkeys(target for part in root.iter() for _, target in _targets(part)))


def _targets(part: ET.Element) -> list[tuple[str, str]]:
    found = [(key, REFERENCE.fullmatch(value)) for key, value in part.attrib.items()]
    return [
        (key, match["link"] or match["name"])
        for key, match in found
        if match and (match["link"] or key.endswith("href"))
    ]
