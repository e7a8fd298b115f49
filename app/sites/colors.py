"""Colours of a site: readable text on any brand colour, in light and in dark."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEX = re.compile(r"#[0-9a-f]{6}")

#: Least contrast of text. Source: https://www.w3.org/TR/WCAG22/#contrast-minimum
TEXT_CONTRAST = 4.5

#: Grounds of the panel, light and dark, on which the brand colour must be readable as text.
LIGHT_GROUND = "#f1eee9"
DARK_GROUND = "#2a2e3a"

INK = "#141821"
WHITE = "#ffffff"

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Palette:
    """The colours a panel is drawn with.

    :ivar brand: ground of the header and of primary buttons.
    :ivar on_brand: text on it.
    :ivar text_light: the brand as text on light ground.
    :ivar text_dark: the brand as text on dark ground.
    """

    brand: str
    on_brand: str
    text_light: str
    text_dark: str


def _parse(color: str) -> Rgb:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _format(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def luminance(color: str) -> float:
    """Return the relative luminance of a colour, 0 to 1.

    Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _parse(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: str) -> str:
    """Return white or ink where they can be read on a ground, else black."""
    better = max((WHITE, INK), key=lambda text: contrast(text, ground))
    return better if contrast(better, ground) >= TEXT_CONTRAST else "#000000"


def _towards(color: str, target: str, share: float) -> str:
    mixed = tuple(
        here * (1 - share) + there * share
        for here, there in zip(_parse(color), _parse(target), strict=True)
    )
    return _format(mixed)  # type: ignore[arg-type]


def as_text_on(ground: str, color: str) -> str:
    """Return a colour moved towards black or white until it can be read on a ground."""
    target = WHITE if luminance(ground) < 0.2 else "#000000"
    for step in range(21):
        candidate = _towards(color, target, step / 20)
        if contrast(candidate, ground) >= TEXT_CONTRAST:
            return candidate
    return target


def palette(color: str) -> Palette:
    """Return the colours of a panel from a site's one colour.

    :param color: ``#rrggbb`` in lower case.
    """
    return Palette(
        brand=color,
        on_brand=readable_on(color),
        text_light=as_text_on(LIGHT_GROUND, color),
        text_dark=as_text_on(DARK_GROUND, color),
    )
