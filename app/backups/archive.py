"""The archive of a backup: a tar file that says what it holds and can be checked alone."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from app.backups.databases import copy_in, copy_out, find_damage, is_empty, snapshot_name
from app.config import Settings
from app.db import read_only, rollback_session
from app.errors import Conflict, Invalid
from app.health.schema import current_revision

MANIFEST = "manifest.json"
SECRET = "secret_key"  # noqa: S105 - a file name
FORMAT = 1
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What an archive holds.

    :ivar format: grows when older code could not read the archive.
    :ivar made_at: ISO time.
    :ivar revision: of the migrations.
    :ivar database: name of the database's copy, which tells its kind.
    :ivar files: name in the archive to SHA-256.
    """

    format: int
    made_at: str
    revision: str | None
    database: str
    files: dict[str, str]


def create_backup(target: Path, *, settings: Settings, now: datetime) -> Manifest:
    """Write an archive while Foreword goes on running.

    The database comes first: every attachment it knows is on disk by then. The search index is
    left out, since it is rebuilt from the database.

    :param target: a file that does not exist yet; only its owner may read it.
    :raises Conflict: the file exists.
    """
    if target.exists():
        raise Conflict(f"{target} exists already.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with read_only():
        revision = current_revision()
        rollback_session()  # nobody waits for the copying that follows
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".backup-") as directory:
        database = Path(directory) / snapshot_name()
        copy_out(database)
        members = {database.name: database}
        if settings.files_dir.is_dir():
            stored = sorted(settings.files_dir.iterdir())
            # Names that start with a dot are uploads still under way.
            members |= {f"files/{path.name}": path for path in stored if path.name[0] != "."}
        secret = settings.data_dir / SECRET
        if secret.exists():
            members[SECRET] = secret
        manifest = Manifest(
            format=FORMAT,
            made_at=now.isoformat(timespec="seconds"),
            revision=revision,
            database=database.name,
            files={name: _digest_of(path) for name, path in members.items()},
        )
        described = Path(directory) / MANIFEST
        described.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
        _write(target, {MANIFEST: described} | members)
    return manifest


def _write(target: Path, members: dict[str, Path]) -> None:
    draft = target.with_name(f".{target.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for name, path in members.items():
                archive.add(path, arcname=name, recursive=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def verify_backup(source: Path, *, settings: Settings) -> Manifest:
    """Check an archive: everything is there, unaltered, and the database is whole.

    :param source: the archive.
    :param settings: name a directory with room for the database's copy.
    :raises Invalid: what is wrong.
    """
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".verify-") as directory:
        return _unpack(source, Path(directory))


def restore_backup(source: Path, *, settings: Settings) -> Manifest:
    """Fill an empty installation from an archive that passes all checks.

    :param source: the archive.
    :raises Invalid: the archive is damaged or for another kind of database.
    :raises Conflict: the installation has data already.
    """
    has_files = settings.files_dir.is_dir() and any(settings.files_dir.iterdir())
    if has_files or not is_empty():
        raise Conflict("There is data already. Restore into an empty DATA_DIR and database.")
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as name:
        directory = Path(name)
        manifest = _unpack(source, directory)
        if manifest.database != snapshot_name():
            raise Invalid("The archive is of another kind of database (SQLite or PostgreSQL).")
        files = directory / "files"
        if files.is_dir():
            settings.files_dir.parent.mkdir(parents=True, exist_ok=True)
            if settings.files_dir.is_dir():
                settings.files_dir.rmdir()
            files.replace(settings.files_dir)
        if (directory / SECRET).exists():
            (directory / SECRET).replace(settings.data_dir / SECRET)
        # Last, so that an interrupted restore leaves an empty database to try again with.
        copy_in(directory / manifest.database)
    return manifest


def _unpack(source: Path, directory: Path) -> Manifest:
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _read_manifest(archive)
            for name, digest in manifest.files.items():
                _extract(archive, name, directory, digest)
    except (tarfile.TarError, OSError, ValueError, TypeError, KeyError) as error:
        raise Invalid(f"{source} is not a whole backup: {error}") from error
    damage = find_damage(directory / manifest.database)
    if damage:
        raise Invalid(f"The database in {source} is damaged: {damage}")
    return manifest


def _read_manifest(archive: tarfile.TarFile) -> Manifest:
    file = archive.extractfile(MANIFEST)
    if file is None:
        raise ValueError("it has no manifest")
    manifest = Manifest(**json.loads(file.read()))
    if manifest.format != FORMAT:
        raise ValueError(f"its format is {manifest.format}, this version reads {FORMAT}")
    return manifest


def _extract(archive: tarfile.TarFile, name: str, directory: Path, digest: str) -> None:
    parts = Path(name).parts
    if len(parts) > 2 or ".." in parts or Path(name).is_absolute():
        raise ValueError(f"{name} leads out of the directory")
    member = archive.extractfile(name)
    if member is None:
        raise ValueError(f"{name} is not a file")
    path = directory / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        if _copy(member, file) != digest:
            raise ValueError(f"{name} is altered")
        file.flush()
        os.fsync(file.fileno())


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
