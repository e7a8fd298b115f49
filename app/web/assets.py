"""Static files with content-hashed addresses, and CSS bundles made at start without a build.

A component stays one file to read and edit; a browser gets one file a page.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from app.web.access import public

blueprint = Blueprint("assets", __name__)

YEAR = "public, max-age=31536000, immutable"


#: ``@import "name.css";`` in a bundle's list; browsers never see one.
IMPORT = re.compile(rb'@import\s+(?:url\()?"([\w./-]+)"\)?;[^\n]*\n?')
COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)
#: Space that only people need; our sheets have no strings that hold any of these marks.
SPACE = re.compile(rb"\s*([{};,])\s*|\s+")


class Bundles:
    """The CSS bundles of one application: ``css/<name>.css`` with its imports put in place.

    :param root: the directory of the bundles and their parts.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @lru_cache(maxsize=32)  # noqa: B019 - one instance lives as long as the process
    def content(self, name: str) -> tuple[bytes, bytes, str]:
        """Return a bundle's bytes, the same gzipped, and its hash.

        :raises FileNotFoundError: there is no such bundle, or it imports a missing part.
        """
        source = (self.root / f"{name}.css").read_bytes()
        joined = IMPORT.sub(lambda match: self._part(match[1].decode()), source)
        joined = SPACE.sub(lambda found: found[1] or b" ", COMMENT.sub(b"", joined))
        digest = hashlib.sha256(joined).hexdigest()[:12]
        return joined, gzip.compress(joined, 9, mtime=0), digest

    def _part(self, name: str) -> bytes:
        return (self.root / name).read_bytes() + b"\n"


def init_app(app: Flask) -> None:
    """Make the bundles and give templates `asset()` and `bundle()`."""
    root = Path(app.static_folder or "static")
    bundles = Bundles(root / "css")
    app.extensions["bundles"] = bundles

    @lru_cache(maxsize=256)
    def file_hash(path: str) -> str:
        return hashlib.sha256((root / path).read_bytes()).hexdigest()[:12]

    @lru_cache(maxsize=512)
    def address(path: str, _script_root: str) -> str:
        return url_for("static", filename=path, v=file_hash(path))

    def asset(path: str) -> str:
        """Return the address of a static file; it changes with the content."""
        return address(path, request.script_root)

    def bundle(name: str) -> str:
        """Return the address of a CSS bundle; it changes with the content."""
        return url_for("assets.css", name=name, digest=bundles.content(name)[2])

    app.jinja_env.globals.update(asset=asset, bundle=bundle)
    app.register_blueprint(blueprint)

    @app.after_request
    def cache_hashed_files(response: Response) -> Response:
        if request.endpoint == "static" and request.args.get("v") and response.status_code == 200:
            response.headers["Cache-Control"] = YEAR
        return response


@blueprint.get("/assets/<name>.<digest>.css")
@public
def css(name: str, digest: str) -> Response:
    """Serve a CSS bundle; an old digest gets the current bytes, uncached."""
    bundles: Bundles = current_app.extensions["bundles"]
    if not re.fullmatch(r"[a-z]+", name):
        abort(404)
    try:
        plain, zipped, current = bundles.content(name)
    except FileNotFoundError:
        abort(404)
    accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(zipped if accepts_gzip else plain, mimetype="text/css")
    if accepts_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = YEAR if digest == current else "no-cache"
    return response
