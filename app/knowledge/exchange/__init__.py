"""Import and export of articles: JSON lines, and folders of Markdown with front matter."""

from app.knowledge.exchange.exporting import ExportReport, export_articles
from app.knowledge.exchange.folder import read_folder
from app.knowledge.exchange.importing import ImportReport, import_records
from app.knowledge.exchange.jsonl import read_lines
from app.knowledge.exchange.records import ArticleRecord, BadRecord, ReadRecord

__all__ = [
    "ArticleRecord",
    "BadRecord",
    "ExportReport",
    "ImportReport",
    "ReadRecord",
    "export_articles",
    "import_records",
    "read_folder",
    "read_lines",
]
