"""Where the written material of the demo lies, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

MARLOW = Path(__file__).parent / "marlow"
ARTICLES = MARLOW / "articles"
EARLIER = MARLOW / "earlier"
IMAGES = MARLOW / "images"
STORY = MARLOW / "story"


def read_yaml(path: Path) -> Any:
    """Return what a file of the story says.

    libyaml reads ten times as fast as Python does; where it is missing, Python will do.
    """
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe
