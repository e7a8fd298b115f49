"""Which files are taken, and whether their bytes are what their name says."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.files.errors import UploadRefused
from app.files.names import extension_of
from app.texts import Sentence

HEAD_BYTES = 4096


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken.

    :ivar media_type: sent when the file is given out.
    :ivar matches: says whether a file's first bytes are of this kind.
    :ivar image: a raster image that is decoded and written anew.
    :ivar member: for zip containers, the start of a name that must be inside.
    """

    media_type: str
    matches: Callable[[bytes], bool]
    image: bool = False
    member: str = ""


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _is_text(head: bytes) -> bool:
    """Say whether bytes read as text: no NUL unless a UTF-16 mark says why."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head


_PNG = Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n"), image=True)
_JPEG = Kind("image/jpeg", _starts(b"\xff\xd8\xff"), image=True)
_GIF = Kind("image/gif", _starts(b"GIF87a", b"GIF89a"), image=True)
_WEBP = Kind("image/webp", _is_webp, image=True)
_TEXT = Kind("text/plain", _is_text)
# Markup is text to us: stored as sent, given out as a download and never as itself.
_MARKUP = Kind("application/octet-stream", _is_text)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP = _starts(b"PK\x03\x04", b"PK\x05\x06")

#: Extension to kind; what is not here is not taken.
KINDS: dict[str, Kind] = {
    "png": _PNG,
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": _GIF,
    "webp": _WEBP,
    "pdf": Kind("application/pdf", _starts(b"%PDF-")),
    "txt": _TEXT,
    "log": _TEXT,
    "md": _TEXT,
    "csv": Kind("text/csv", _is_text),
    "json": Kind("application/json", _is_text),
    "har": Kind("application/json", _is_text),
    "zip": Kind("application/zip", _ZIP),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document", _ZIP, member="word/"),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", _ZIP, member="xl/"),
    "mp4": Kind("video/mp4", _is_mp4),
    "svg": _MARKUP,
    "html": _MARKUP,
    "htm": _MARKUP,
    "xml": _MARKUP,
    "eml": _MARKUP,
}

#: For the ``accept`` attribute of file inputs.
ACCEPTED = ",".join(f".{extension}" for extension in KINDS)


def kind_of(path: Path, filename: str) -> Kind:
    """Return the kind of a received file.

    :param path: where the bytes are.
    :param filename: its cleaned name.
    :raises UploadRefused: the extension is not taken, or the content does not agree with it.
    """
    extension = extension_of(filename)
    kind = KINDS.get(extension)
    if kind is None:
        raise UploadRefused(
            Sentence("Files ending in “.%(ending)s” cannot be taken.", ending=extension)
            if extension
            else Sentence("Files without an ending such as .png or .pdf cannot be taken.")
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    agrees = kind.matches(head) and (not kind.member or _zip_holds(path, kind.member))
    if not agrees:
        raise UploadRefused(Sentence("This is not a real .%(ending)s file.", ending=extension))
    return kind


def _zip_holds(path: Path, start: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:1000]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith(start) for name in names)
