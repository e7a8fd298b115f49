"""What customers read: its texts as the sources have them, and as the catalogues have them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.util import pathmatch
from jinja2 import meta

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "app" / "translations"
KEYWORDS = DEFAULT_KEYWORDS | {"Sentence": None}
TEMPLATE_OPTIONS = {"extensions": "jinja2.ext.do", "silent": "false"}

PLACE = re.compile(r"%(?:\(\w+\))?[sd]")


@cache
def _mapping():
    with (ROOT / "babel.cfg").open() as file:
        return parse_mapping_cfg(file)


@cache
def texts_in_sources() -> frozenset[str | tuple[str, ...]]:
    """Return the texts that the sources named in babel.cfg hold."""
    methods, options = _mapping()
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return frozenset(text for _file, _line, text, _comments, _context in found)


def catalogue(path: Path, locale: str | None = None) -> Catalog:
    """Read a .po or .pot file."""
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def is_collected(path: str) -> bool:
    """Say whether babel.cfg names a source.

    :param path: below the repository, with slashes.
    """
    return any(pathmatch(pattern, path) for pattern, _method in _mapping()[0])


def collected_sources(suffix: str) -> list[str]:
    """Return the sources that babel.cfg names, as paths below the repository."""
    files = (path.relative_to(ROOT).as_posix() for path in (ROOT / "app").rglob(f"*{suffix}"))
    return sorted(file for file in files if is_collected(file))


def texts_of_template(name: str) -> list[str | tuple[str, ...]]:
    """Return the texts of one template, named or not."""
    path = ROOT / "app" / "templates" / name
    found = extract_from_file("jinja2", path, keywords=KEYWORDS, options=TEMPLATE_OPTIONS)
    return [message for _line, message, _comments, _context in found]


def reachable_templates(names: list[str], env, files: dict[str, str]) -> set[str]:
    """Return templates and all they extend, include and import.

    :param files: name to source of every template.
    """
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in files:
            continue
        seen.add(name)
        waiting += [
            other for other in meta.find_referenced_templates(env.parse(files[name])) if other
        ]
    return seen


def places(text: str) -> set[str]:
    """Return what is filled into a text, such as ``%(name)s``."""
    return set(PLACE.findall(text.replace("%%", "")))


_MARKUP = re.compile(
    r"\{% block body_class %\}.*?\{% endblock %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"\b[^\W\d_]{2,}\b(?!=)")
_SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|alt|label)="([^"]*)"')


def untranslated_words(source: str) -> list[str]:
    """Return words of a template that people read and that are in no translation."""
    plain = _MARKUP.sub("\x00", source)
    spoken = " ".join(_SPOKEN.findall(plain))
    shown = re.sub(r"&\w+;", "", _TAG.sub(" ", plain))
    return _WORD.findall(f"{shown} {spoken}")


_FOR_PROGRAMMERS = {"RuntimeError", "TypeError", "ValueError"}


def unmarked_messages(source: str) -> list[str]:
    """Return messages of errors in Python code that are not a Sentence."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            if ast.unparse(node.exc.func) in _FOR_PROGRAMMERS:
                continue
            found += _literals(node.exc.args)
            found += [
                text
                for keyword in node.exc.keywords
                if keyword.arg == "fields"
                for text in _listed(keyword.value)
            ]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(ast.unparse(target) == "user_message" for target in targets):
                found += _literals([node.value])
            elif any(ast.unparse(target).startswith("errors[") for target in targets):
                found += _listed(node.value)
    return found


def _literals(nodes) -> list[str]:
    texts = []
    for node in nodes:
        if isinstance(node, ast.IfExp):
            texts += _literals([node.body, node.orelse])
        elif isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            texts.append(ast.unparse(node))
    return texts


def _listed(tree: ast.AST) -> list[str]:
    lists = [node for node in ast.walk(tree) if isinstance(node, ast.List)]
    return [text for node in lists for text in _literals(node.elts)]
