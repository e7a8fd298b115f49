"""What the rules about templates look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from jinja2 import Environment, meta, nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "app/templates"

#: Standard names of Jinja and Flask that are in no table.
BUILT_IN = {"caller", "loop", "self", "varargs", "kwargs", "super"}

INLINE = [
    (re.compile(r"<style\b", re.IGNORECASE), "a <style> element"),
    (
        re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/)[^>]*>", re.IGNORECASE),
        "an inline script",
    ),
    (re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE), "a style attribute"),
    (re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE), "an event handler attribute"),
    (re.compile(r"javascript:", re.IGNORECASE), "a javascript: address"),
    (re.compile(r"\|\s*safe\b"), "the filter safe"),
    (re.compile(r"\bautoescape\s+false\b", re.IGNORECASE), "autoescape off"),
]


def template_files() -> dict[str, str]:
    """Return the text of every template by its name."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in (".html", ".txt", ".xml")
    }


def global_names(app: Flask) -> set[str]:
    """Return what every template may use: globals and what context processors add."""
    names = BUILT_IN | set(app.jinja_env.globals)
    for path in ("/portal/", "/help", "/demo"):
        with app.test_request_context(path):
            context: dict[str, object] = {}
            app.update_template_context(context)
            names |= set(context)
    return names


def first_comment(text: str) -> re.Match[str] | None:
    """Return the comment in a template's first line; in XML the declaration goes before."""
    return re.match(r"(?:<\?xml[^>]*\?>\n)?\{#([^\n]*?)#\}", text)


def stated_variables(name: str, files: Mapping[str, str]) -> set[str]:
    """Return the variables that the comment in a template's first line states.

    ``{# What it is. Variables: ticket (with customer), query, and those of _head.html. #}``
    """
    comment = first_comment(files[name])
    if comment is None or "Variables:" not in comment[1]:
        return set()
    text = re.sub(r"\([^()]*\)", "", comment[1].split("Variables:", 1)[1])
    stated: set[str] = set()
    for other in re.findall(r"[\w./-]+\.html", text):
        stated |= stated_variables(_resolve(other, name, files), files)
    text = re.sub(r"(those of|see|as|and)?\s*[\w./-]+\.html", ",", text)
    for part in re.split(r"[,;.]|\band\b", text):
        word = re.match(r"\s*([a-z_][a-z0-9_]*)\s*$", part)
        if word:
            stated.add(word[1])
    return stated


def _resolve(other: str, name: str, files: Mapping[str, str]) -> str:
    beside = (Path(name).parent / other).as_posix()
    if beside in files:
        return beside
    assert other in files, f"{name} refers to {other}, which does not exist"
    return other


def unknown_variables(
    name: str, files: Mapping[str, str], environment: Environment, known: set[str]
) -> set[str]:
    """Return the variables a template uses that are neither global nor stated in its comment."""
    tree = environment.parse(files[name])
    used = meta.find_undeclared_variables(tree)
    return used - known - stated_variables(name, files) - _own_names(tree)


def _own_names(tree: nodes.Template) -> set[str]:
    """Return what a template imports, defines as a macro or sets; Jinja forgets it in blocks."""
    names: set[str] = set()
    for node in tree.find_all(
        (nodes.FromImport, nodes.Import, nodes.Macro, nodes.Assign, nodes.AssignBlock)
    ):
        if isinstance(node, nodes.FromImport):
            names |= {entry[1] if isinstance(entry, tuple) else entry for entry in node.names}
        elif isinstance(node, nodes.Import):
            names.add(node.target)
        elif isinstance(node, nodes.Macro):
            names.add(node.name)
        else:
            names |= {target.name for target in node.find_all(nodes.Name) if target.ctx == "store"}
    return names


def inline_code(text: str) -> list[str]:
    """Return what the content security policy or the escaping would be weakened by."""
    return [what for pattern, what in INLINE if pattern.search(text)]
