"""The widget's scripts and sheet, made small when they are first asked for, without a build.

The sources in ``widget/`` are for reading: what is served has no comments, no indentation and no
spaces around punctuation. Strings are left alone.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Response, request

SOURCES = Path(__file__).resolve().parents[2] / "widget"

#: Modules of the panel, each behind those it imports.
MODULES = (
    "page.js", "api.js", "bridge.js", "keep.js", "events.js", "views.js", "uploads.js", "find.js",
    "requests.js", "article.js", "ask.js", "panel.js",
)  # fmt: skip

#: The one script the panel loads, which is all modules joined.
SCRIPT = "panel.js"

#: What the panel's sheet shares with the help centre: colours, sizes, and rendered Markdown.
SHARED_SHEETS = ("layers.css", "_tokens.css", "prose.css", "code.css")

YEAR = "public, max-age=31536000, immutable"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|async function|function) (\w+))", re.MULTILINE)
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*$", re.DOTALL | re.MULTILINE)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`')
_STASHED = re.compile("\0(\\d+)\0")


def squeeze_script(source: str) -> str:
    """Return a script without what only its readers need.

    It relies on how ``widget/`` is written: double quotes or backticks, comments on lines of
    their own, and no unary plus behind a plus.
    """
    strings: list[str] = []

    def stash(match: re.Match[str]) -> str:
        strings.append(match.group())
        return f"\0{len(strings) - 1}\0"

    text = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", source))
    text = _STRING.sub(stash, text)
    text = re.sub(r"\s*\n\s*", "\n", text).strip()
    text = re.sub(r" *([{}()\[\],;:=<>+*?&|!]) *", r"\1", text)
    text = re.sub(r"([{(\[,;])\n", r"\1", text)
    text = re.sub(r"\n([})\].,?:&|])", r"\1", text)
    text = re.sub(r",([})\]])", r"\1", text).replace(";}", "}")
    return _STASHED.sub(lambda match: strings[int(match.group(1))], text)


def squeeze_sheet(source: str) -> str:
    """Return a style sheet without comments and without space that means nothing."""
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,>]) ?", r"\1", text).replace(";}", "}").strip()


def join_modules(sources: dict[str, str]) -> str:
    """Return ES modules as one script: each a function that returns what it exports.

    A dozen small files would each cost a request and 400 bytes of headers, three deep, on a
    phone in a hurry. Names of different modules stay apart, as they are when imported.

    :param sources: module name without its ending to its text, each behind those it imports.
    :raises ValueError: an import or export is written in a way this does not know.
    """
    joined = ["const modules = {};"]
    for name, source in sources.items():
        text = _IMPORT.sub(_taken, source)
        exported = _EXPORT.findall(text)
        text = _EXPORT.sub("", text)
        if re.search(r"^(?:import|export)\b", text, re.MULTILINE):
            raise ValueError(f"{name} imports or exports in an unknown way")
        joined.append(
            f"modules.{name} = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})();"
        )
    return "\n".join(joined)


def _taken(match: re.Match[str]) -> str:
    names = match[1].replace(" as ", ": ")
    return f"const {{{names}}} = modules.{match[2]};"


@cache
def _file(name: str) -> tuple[bytes, bytes, str]:
    """Return a served file's bytes, the same gzipped, and its hash."""
    if name.endswith(".css"):
        shared = [SOURCES.parent / "static" / "css" / sheet for sheet in SHARED_SHEETS]
        paths = [*shared, SOURCES / name]
        text = squeeze_sheet("\n".join(path.read_text("utf-8") for path in paths))
    elif name == SCRIPT:
        sources = {Path(module).stem: (SOURCES / module).read_text("utf-8") for module in MODULES}
        text = squeeze_script(join_modules(sources))
    else:
        text = squeeze_script((SOURCES / name).read_text("utf-8"))
    body = text.encode()
    return body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()


@cache
def panel_digest() -> str:
    """Return a hash over everything the panel loads; it is a folder of the panel's addresses."""
    whole = "".join(_file(name)[2] for name in (SCRIPT, "panel.css"))
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def serve_file(name: str, *, cache_control: str) -> Response:
    """Answer with one of the widget's files.

    :param name: a file of ``widget/``.
    """
    plain, zipped, digest = _file(name)
    accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    mimetype = "text/css" if name.endswith(".css") else "text/javascript"
    response = Response(zipped if accepts_gzip else plain, mimetype=mimetype)
    if accepts_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = cache_control
    response.set_etag(digest[:16] + ("-gz" if accepts_gzip else ""))
    response.make_conditional(request)
    return response
