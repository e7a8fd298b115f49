"""Code with marked syntax, made on the server, by class names only."""

from __future__ import annotations

from functools import cache

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

#: Longest block that is marked; longer ones are shown plain.
LONGEST_BLOCK = 12_000

#: Languages help articles use; others would only add lexers that nobody has looked at.
LANGUAGES = frozenset(
    [
        "bash",
        "c",
        "console",
        "cpp",
        "csharp",
        "css",
        "diff",
        "docker",
        "dockerfile",
        "go",
        "html",
        "http",
        "ini",
        "java",
        "javascript",
        "js",
        "json",
        "jsx",
        "kotlin",
        "nginx",
        "php",
        "powershell",
        "python",
        "py",
        "ruby",
        "rb",
        "rust",
        "scss",
        "sh",
        "shell",
        "sql",
        "swift",
        "toml",
        "ts",
        "tsx",
        "typescript",
        "xml",
        "yaml",
        "yml",
    ]
)

_formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


def highlight(code: str, language: str, _attributes: str) -> str:
    """Return code as marked HTML, or an empty text to have it shown plain.

    :param language: first word behind the fence, untrusted.
    """
    language = language.lower()
    if language not in LANGUAGES or len(code) > LONGEST_BLOCK:
        return ""
    lexer = _lexer(language)
    return pygments_highlight(code, lexer, _formatter) if lexer else ""
