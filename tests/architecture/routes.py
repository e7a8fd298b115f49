"""The list of all routes with their access rule. ``python -m tests.architecture.routes`` writes it.

A changed list in a commit is what a reviewer looks at: a new address, a vanished one, a rule that
became weaker.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask

from app import create_app
from app.config import Settings
from app.web.access import ATTRIBUTE, AccessRule

LIST = Path(__file__).with_name("routes.txt")


def routes_without_rule(app: Flask) -> list[str]:
    """Return the endpoints that declare no access rule, or something that is none."""
    return sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if not isinstance(getattr(view, ATTRIBUTE, None), AccessRule)
    )


def route_list(app: Flask) -> list[str]:
    """Return one line a route: methods, address, rule, protection of unsafe methods."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        access = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        name = access.name if access else "NO RULE"
        unsafe = (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        guard = f" · {access.forgery.value}" if access and unsafe else ""
        lines.append(f"{methods:<12} {rule.rule:<60} {name}{guard}")
    return sorted(lines, key=lambda line: (line.split()[1], line))


def main() -> None:
    """Write the list anew."""
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(Settings(data_dir=Path(directory), secret_key="routes"))
        LIST.write_text("\n".join(route_list(app)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
