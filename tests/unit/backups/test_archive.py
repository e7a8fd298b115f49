"""A backup brings everything back, and a damaged one is refused."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app import create_app
from app.backups.archive import create_backup, restore_backup, verify_backup
from app.clock import utc_now
from app.config import Settings
from app.db import db, unit_of_work
from app.errors import Conflict, Invalid
from app.staff.models import Role, Staff
from tests.postgres import postgres_programs


@pytest.fixture
def source(app, settings: Settings, make_staff, tmp_path: Path):
    """The suite's application with an account, an attachment and a signing key."""
    if settings.database_url and postgres_programs() is None:
        pytest.skip("pg_dump is not installed")
    make_staff(name="Ada Lind")
    settings.files_dir.mkdir(exist_ok=True)
    (settings.files_dir / "a1").write_bytes(b"attachment")
    (settings.files_dir / ".a2.part").write_bytes(b"still under way")
    (settings.data_dir / "secret_key").write_text("k" * 64)
    with app.app_context():
        yield settings
    (settings.data_dir / "secret_key").unlink()


def altered(archive: Path, target: Path, name: str, change) -> Path:
    """Write a copy of an archive in which one member's bytes are changed."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            data = old.extractfile(member).read()
            if member.name == name:
                data = change(data)
                if data is None:
                    continue
            member.size = len(data)
            import io

            new.addfile(member, io.BytesIO(data))
    return target


def test_a_backup_is_private_whole_and_without_unfinished_uploads(source, tmp_path):
    path = tmp_path / "b.tar"
    manifest = create_backup(path, settings=source, now=utc_now())
    assert path.stat().st_mode & 0o077 == 0
    assert set(manifest.files) == {manifest.database, "files/a1", "secret_key"}
    assert verify_backup(path, settings=source) == manifest
    assert not [left for left in source.data_dir.iterdir() if left.name.startswith(".")]


def test_an_existing_file_is_not_overwritten(source, tmp_path):
    path = tmp_path / "b.tar"
    path.write_text("precious")
    with pytest.raises(Conflict):
        create_backup(path, settings=source, now=utc_now())
    assert path.read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("files/a1", lambda data: data + b"x"),
        ("files/a1", lambda _: None),
        ("DATABASE", lambda data: data[:-100]),
        ("DATABASE", lambda data: data[:2000] + b"\xff" * 64 + data[2064:]),
        ("manifest.json", lambda data: data.replace(b'"format": 1', b'"format": 2')),
        ("manifest.json", lambda data: data.replace(b"files/a1", b"../../../a1")),
        ("manifest.json", lambda _: None),
        ("manifest.json", lambda _: b"[]"),
    ],
)
def test_a_damaged_archive_is_refused(source, tmp_path, name, change):
    path = tmp_path / "b.tar"
    manifest = create_backup(path, settings=source, now=utc_now())
    name = manifest.database if name == "DATABASE" else name
    bad = altered(path, tmp_path / "bad.tar", name, change)
    with pytest.raises(Invalid):
        verify_backup(bad, settings=source)


def test_something_else_is_no_backup(source, tmp_path):
    path = tmp_path / "b.tar"
    path.write_bytes(b"PK\x03\x04 not a tar")
    with pytest.raises(Invalid):
        verify_backup(path, settings=source)


def test_a_restore_into_an_installation_with_data_is_refused(source, tmp_path):
    path = tmp_path / "b.tar"
    create_backup(path, settings=source, now=utc_now())
    with pytest.raises(Conflict):
        restore_backup(path, settings=source)


def test_backup_wipe_restore_brings_everything_back(app, source, other_settings, tmp_path):
    path = tmp_path / "b.tar"
    create_backup(path, settings=source, now=utc_now())
    if source.database_url:
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        (source.files_dir / ".a2.part").unlink()
        (source.files_dir / "a1").unlink()
        restored, target = app, source
    else:
        target = other_settings()
        restored = create_app(target)
    with restored.app_context():
        manifest = restore_backup(path, settings=target)
        assert manifest.revision is None  # the suite's tables come from the models
        assert db.session.scalars(select(Staff.name)).all() == ["Ada Lind"]
        assert (target.files_dir / "a1").read_bytes() == b"attachment"
        assert (target.data_dir / "secret_key").read_text() == "k" * 64
        assert (target.data_dir / "secret_key").stat().st_mode & 0o077 == 0
        db.session.remove()
        with unit_of_work():
            db.session.add(Staff(email="b@x.example", name="B", role=Role.DOCS, password_hash="!"))
        db.session.remove()
        db.engine.dispose()


def test_a_backup_under_writing_is_one_moment(app, source, tmp_path):
    import threading

    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with app.app_context(), unit_of_work():
                for half in ("a", "b"):
                    db.session.add(
                        Staff(
                            email=f"{number}{half}@x.example",
                            name="pair",
                            role=Role.DOCS,
                            password_hash="!",
                        )
                    )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = []
        for number in range(5):
            paths.append(tmp_path / f"{number}.tar")
            create_backup(paths[-1], settings=source, now=utc_now())
    finally:
        stop.set()
        writer.join()
    for path in paths:
        verify_backup(path, settings=source)
        if not source.database_url:
            with tarfile.open(path) as archive:
                archive.extract("database.sqlite", tmp_path / path.stem, filter="data")
            import pysqlite3.dbapi2 as sqlite

            connection = sqlite.connect(str(tmp_path / path.stem / "database.sqlite"))
            (count,) = connection.execute("SELECT count(*) FROM staff WHERE name='pair'").fetchone()
            connection.close()
            assert count % 2 == 0
