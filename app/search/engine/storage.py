"""Files of the index: generations, the pointer to the current one, and their checksums.

``CURRENT`` names a generation directory and every file of its last commit with size and
checksum. It is replaced in one step after everything it names is on disk. A reader takes each
file into memory and compares it first, so what happens to the directory later, deletion or a
flipped bit included, cannot reach a search that is already being answered.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import BufferFile

POINTER = "CURRENT"
GENERATION_PREFIX = "gen-"

#: Grows when documents would be cut or scored differently; an older index is then rebuilt.
FORMAT = 3

_KEPT_OLD_GENERATIONS = 1


class IndexDamagedError(Exception):
    """The index is missing, incomplete, altered or of another format."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Content of ``CURRENT``.

    :param generation: directory name.
    :param toc: number of the commit within the generation.
    :param lengths: typical field lengths of the generation.
    :param files: file name to (bytes, CRC-32).
    """

    generation: str
    toc: int
    lengths: Mapping[str, float]
    files: Mapping[str, tuple[int, int]]


def read_pointer(directory: Path) -> Pointer:
    """Read ``CURRENT``.

    :raises IndexDamagedError: it is missing, altered or of another format.
    """
    try:
        checksum, _, text = (directory / POINTER).read_text("utf-8").partition("\n")
        if int(checksum) != zlib.crc32(text.encode()):
            raise IndexDamagedError("the pointer file is altered")
        data: dict[str, Any] = json.loads(text)
        if data["format"] != FORMAT:
            raise IndexDamagedError(f"index format {data['format']}, needed {FORMAT}")
        files = {name: (size, crc) for name, (size, crc) in data["files"].items()}
        return Pointer(data["generation"], data["toc"], data["lengths"], files)
    except FileNotFoundError:
        raise IndexDamagedError("there is no index yet") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"the pointer file cannot be read: {error}") from error


def write_pointer(directory: Path, pointer: Pointer) -> None:
    """Replace ``CURRENT`` in one step."""
    text = json.dumps(
        {
            "format": FORMAT,
            "generation": pointer.generation,
            "toc": pointer.toc,
            "lengths": dict(pointer.lengths),
            "files": {name: list(entry) for name, entry in pointer.files.items()},
        }
    )
    draft = directory / f".{POINTER}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{zlib.crc32(text.encode())}\n{text}")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(directory / POINTER)
    sync_directory(directory)


def pointer_stamp(directory: str) -> tuple[int, int, int] | None:
    """Return what changes whenever ``CURRENT`` is replaced, for the price of one system call."""
    try:
        status = os.stat(f"{directory}/{POINTER}")  # noqa: PTH116 - Path.stat costs twice the call
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns, status.st_size)


def checksum_of(path: Path) -> tuple[int, int]:
    """Return size and CRC-32 of a file."""
    data = path.read_bytes()
    return len(data), zlib.crc32(data)


def read_verified(directory: Path, pointer: Pointer, name: str) -> bytes:
    """Return the bytes of a file the pointer names.

    :raises FileNotFoundError: it is gone, perhaps because a newer commit replaced it.
    :raises IndexDamagedError: it is not what was committed.
    """
    data = (directory / pointer.generation / name).read_bytes()
    if (len(data), zlib.crc32(data)) != pointer.files[name]:
        raise IndexDamagedError(f"{name} is altered")
    return data


def find_damage(directory: Path, *, thorough: bool) -> str | None:
    """Return the first thing wrong with the files on disk, or nothing.

    :param thorough: compare checksums too, not only sizes.
    """
    try:
        pointer = read_pointer(directory)
        for name, expected in pointer.files.items():
            path = directory / pointer.generation / name
            if not path.exists():
                return f"{name} is missing"
            if path.stat().st_size != expected[0]:
                return f"{name} is cut short or grown"
            if thorough and checksum_of(path) != expected:
                return f"{name} is altered"
    except (IndexDamagedError, OSError) as error:
        return str(error)
    return None


def sync_directory(directory: Path) -> None:
    """Put a directory's entries on disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Put a file's content on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_generation(directory: Path) -> Path:
    """Create the directory of the next generation.

    Whoever can write there can run code in every process that opens it, because the index
    library stores pickles; hence the mode.
    """
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    numbers = [int(path.name[len(GENERATION_PREFIX) :]) for path in generations(directory)]
    path = directory / f"{GENERATION_PREFIX}{max(numbers, default=0) + 1:06d}"
    path.mkdir(mode=0o700)
    return path


def generations(directory: Path) -> list[Path]:
    """Return the generation directories, oldest first."""
    found = [
        path
        for path in directory.glob(f"{GENERATION_PREFIX}*")
        if path.name[len(GENERATION_PREFIX) :].isdigit()
    ]
    return sorted(found)


def drop_unnamed_files(directory: Path, *pointers: Pointer) -> None:
    """Delete files of past commits from a generation.

    :param pointers: the current one and the one before, which a reader may just have read.
    """
    path = directory / pointers[0].generation
    named = {name for pointer in pointers for name in pointer.files}
    for entry in path.iterdir():
        if entry.is_file() and not entry.name.endswith("LOCK") and entry.name not in named:
            entry.unlink(missing_ok=True)


def drop_old_generations(directory: Path, current: str) -> None:
    """Delete all generations but the current one and the one before it."""
    older = [path for path in generations(directory) if path.name != current]
    keep = [path for path in older if path.name < current][-_KEPT_OLD_GENERATIONS:]
    for path in older:
        if path not in keep:
            shutil.rmtree(path, ignore_errors=True)


class GenerationStorage(FileStorage):
    """Files the indexer writes to; never mapped into memory."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), supports_mmap=False)  # type: ignore[no-untyped-call]

    def delete_file(self, name: str) -> None:
        """Leave the file: the library drops the last commit before the pointer is flipped.

        :func:`drop_unnamed_files` deletes it when no pointer in use names it any more.
        """


class VerifiedStorage(RamStorage):
    """Committed files in memory, for reading."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.files = dict(files)

    def open_file(self, name: str, **kwargs: Any) -> BufferFile:
        """Open a file without copying it.

        :raises FileNotFoundError: there is no such file in the commit.
        """
        if name not in self.files:
            raise FileNotFoundError(name)
        # Handing over the bytes themselves lets BytesIO share them; a memoryview is copied.
        return BufferFile(self.files[name], name=name, **kwargs)
