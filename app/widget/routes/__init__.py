"""HTTP of the widget: its files, its page, and what the panel asks for."""

from app.widget.blueprint import blueprint
from app.widget.routes import files, finding, incidents, intake, outcome, panel, people, requests

__all__ = [
    "blueprint",
    "files",
    "finding",
    "incidents",
    "intake",
    "outcome",
    "panel",
    "people",
    "requests",
]
