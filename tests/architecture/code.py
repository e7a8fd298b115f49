"""What the rules about Python code look at: the syntax tree, not the text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"

LONGEST_FILE_LINES = 300

#: Calls that turn text into code, markup or a shell command.
RISKY_CALLS = {
    "render_template_string",
    "from_string",
    "Markup",
    "eval",
    "exec",
    "system",
}


def python_files() -> dict[str, str]:
    """Return the text of every Python file of the application by its path."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(APP.rglob("*.py"))
    }


@cache
def _tree(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def _nodes(source: str) -> Sequence[ast.AST]:
    """Return every node of a file; each check asks for them, so they are collected once."""
    return list(ast.walk(_tree(source)))


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _calls(source: str) -> Iterator[ast.Call]:
    return (node for node in _nodes(source) if isinstance(node, ast.Call))


def commits(source: str) -> list[int]:
    """Return the lines that end a transaction by themselves."""
    return [call.lineno for call in _calls(source) if _name(call) == "commit"]


def risky_calls(source: str) -> list[str]:
    """Return the calls that turn text into something that runs or is trusted."""
    found = [_name(call) for call in _calls(source) if _name(call) in RISKY_CALLS]
    for call in _calls(source):
        found += ["shell=True" for word in call.keywords if word.arg == "shell"]
        if _name(call) == "text" and call.args and isinstance(call.args[0], ast.JoinedStr):
            found.append("text(f'…')")
    for node in _nodes(source):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in ("pickle", "marshal")]
    return found


def reads_environment(source: str) -> bool:
    """Say whether code reads environment variables."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in _nodes(source)
    )


def late_imports(source: str) -> list[int]:
    """Return the lines that import inside a function, where they would hide a circle."""
    return [
        inner.lineno
        for node in _nodes(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def public_functions(source: str) -> Iterator[ast.FunctionDef]:
    """Yield the public functions of a module and the public methods of its public classes."""
    for node in _tree(source).body:
        members = node.body if isinstance(node, ast.ClassDef) and node.name[0] != "_" else [node]
        for member in members:
            if not isinstance(member, ast.FunctionDef) or member.name.startswith("_"):
                continue
            # A setter shares its property's docstring.
            if not any(
                isinstance(each, ast.Attribute) and each.attr == "setter"
                for each in member.decorator_list
            ):
                yield member


def docstring_faults(source: str) -> list[str]:
    """Return public functions without a docstring, and parameters named that are not there."""
    faults = []
    for function in public_functions(source):
        docstring = ast.get_docstring(function)
        if docstring is None:
            faults.append(f"{function.name}: no docstring")
            continue
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        names = {each.arg for each in [*every, arguments.vararg, arguments.kwarg] if each}
        named = set(re.findall(r":param (\w+):", docstring))
        faults += [f"{function.name}: no parameter {name}" for name in sorted(named - names)]
    return faults


def too_long(source: str) -> int:
    """Return how many lines a file has beyond what can be overlooked; 0 if it fits."""
    return max(0, source.count("\n") - LONGEST_FILE_LINES)
