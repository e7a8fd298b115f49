"""The design system keeps its own rules: layers, logical properties, contrast, sizes, names."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from pathlib import Path

import pytest

from app.web.assets import Bundles

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static/css"
TEMPLATES = ROOT / "app/templates"
IMPORT = re.compile(r'@import "([\w.-]+)";\n?')
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)

#: Gzipped bytes. The portal's first page may weigh 60 kB with htmx; style gets a fifth of it.
BUDGETS = {
    "portal": 12_000,
    "knowledge": 3_000,
    "figures": 2_000,
    "escalations": 1_000,
    "help": 8_000,
    "bare": 7_000,
    "_tokens": 1_500,
}

BUNDLES = sorted(path for path in CSS.glob("*.css") if IMPORT.search(path.read_text()))
#: The page for a server error depends on nothing, not even on layers; the demo's host page plays
#: somebody else's product.
STRANGERS = {CSS / "error.css", CSS / "demo.css", CSS / "layers.css"}
PARTS = sorted(set(CSS.glob("*.css")) - set(BUNDLES) - STRANGERS)

PHYSICAL = re.compile(
    r"(?<![\w-])(margin|padding|border|inset|scroll-margin)-(left|right|top|bottom)\b"
    r"|(?<![\w-])(left|right|top|bottom|width|height|(min|max)-(width|height))\s*:"
    r"|text-align:\s*(left|right)|float:\s*(left|right)"
)


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_stylesheets_keep_their_budget(name: str) -> None:
    _, zipped, _ = Bundles(CSS).content(name)
    assert len(zipped) <= BUDGETS[name]


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_a_part_lives_in_one_layer_and_runs_in_both_directions(path: Path) -> None:
    text = COMMENT.sub("", path.read_text())
    assert text.count("@layer") == 1
    assert text.startswith("@layer ")
    # Media conditions name the viewport's width and are no properties.
    outside_conditions = re.sub(r"@media[^{]*\{", "{", text)
    assert not PHYSICAL.search(outside_conditions)
    assert "!important" not in text or path.stem in {"reset", "base", "utilities"}


def test_every_part_is_served_by_some_bundle() -> None:
    used = {name for bundle in BUNDLES for name in IMPORT.findall(bundle.read_text())}
    assert {path.name for path in PARTS} <= used


def test_templates_use_only_icons_of_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\b(?:icon|empty)\("([\w-]+)"', path.read_text())
    }
    assert used
    assert used <= symbols


def test_templates_hold_nothing_inline() -> None:
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\bsrc=)|javascript:")
    offenders = [
        f"{path.relative_to(TEMPLATES)}: {found[0]}"
        for path in TEMPLATES.rglob("*.html")
        if (found := inline.search(path.read_text()))
    ]
    assert offenders == []


def test_behaviours_named_by_templates_exist() -> None:
    modules = {path.stem for path in (ROOT / "static/js/behaviors").glob("*.js")}
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for value in re.findall(r'data-behavior="([\w -]+)"', path.read_text())
        for name in value.split()
    }
    assert named <= modules


def test_vendored_htmx_is_the_file_the_integrity_hash_names() -> None:
    file = next((ROOT / "static/vendor").glob("htmx-*.min.js"))
    digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
    assert f"sha384-{digest}" in (TEMPLATES / "layouts/_scripts.html").read_text()
    assert f"sha384-{digest}" in (ROOT / "static/vendor/README.md").read_text()
    assert f"vendor/{file.name}" in (TEMPLATES / "layouts/_scripts.html").read_text()


def tokens(theme: str) -> dict[str, tuple[float, float, float]]:
    """Return the OKLCH colours of a theme by token name."""
    text = (CSS / "_tokens.css").read_text()
    pair = re.compile(r"--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\)")
    found = {
        name: tuple(float(part) for part in (light if theme == "light" else dark).split())
        for name, light, dark in pair.findall(text)
    }
    return {name: (value[0], value[1], value[2]) for name, value in found.items()}


def luminance(colour: tuple[float, float, float]) -> float:
    """Return the relative luminance of an OKLCH colour, clipped to sRGB.

    Source: https://www.w3.org/TR/css-color-4/#color-conversion-code and WCAG 2.2.
    """
    light, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Return the WCAG contrast of two colours."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


MEANINGS = ("good", "warn", "bad", "info", "violet")
TEXT_ON = [
    *[
        (text, ground)
        for text in ("ink", "ink-2", "link")
        for ground in ("paper", "surface", "sunken", "raised")
    ],
    *[
        (text, ground)
        for text in (*MEANINGS, "ribbon-ink")
        for ground in ("paper", "surface", "raised")
    ],
    *[(text, f"{text}-soft") for text in MEANINGS],
    ("ribbon-ink", "ribbon-soft"),
    ("link", "action-soft"),
    ("ink-2", "action-soft"),
    *[(text, f"{ground}-soft") for text in ("ink", "ink-2") for ground in (*MEANINGS, "ribbon")],
    ("on-action", "action"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("line", "ground"),
    [
        ("rule-strong", "surface"),
        ("rule-strong", "paper"),
        ("focus", "paper"),
        ("focus", "surface"),
        ("ribbon", "surface"),
    ],
)
def test_borders_of_controls_and_focus_can_be_seen(theme: str, line: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[line], colours[ground]) >= 3
