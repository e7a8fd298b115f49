"""Taking files in, giving them out, clearing them away."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from app.clock import utc_now
from app.db import db, unit_of_work
from app.files.errors import TooManyFiles, UploadRefused, UploadTooLarge
from app.files.models import Attachment
from app.files.names import clean_filename
from app.files.services import attach_to_message, collect_orphans, open_file, store_upload
from app.files.serving import serve_file

OWNER = "session:1"


@pytest.fixture
def store(ctx, settings):
    """Return a function that stores bytes under a name."""

    def put(data, name, *, owner=OWNER, max_bytes=1_000_000, **more):
        with unit_of_work():
            return store_upload(
                io.BytesIO(data),
                filename=name,
                owner_key=owner,
                files_dir=settings.files_dir,
                max_bytes=max_bytes,
                now=utc_now(),
                **more,
            )

    return put


def image(kind="PNG", size=(6, 4), **more):
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, kind, **more)
    return data.getvalue()


def archive(*names):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return data.getvalue()


TAKEN = {
    "a.png": (image(), "image/png"),
    "a.JPG": (image("JPEG"), "image/jpeg"),
    "a.gif": (image("GIF"), "image/gif"),
    "a.webp": (image("WEBP"), "image/webp"),
    "a.pdf": (b"%PDF-1.7\n%", "application/pdf"),
    "a.txt": ("Ümlaut".encode(), "text/plain"),
    "a.log": (b"line", "text/plain"),
    "a.csv": (b"a;b", "text/csv"),
    "a.json": (b"{}", "application/json"),
    "a.zip": (archive("x"), "application/zip"),
    "a.docx": (
        archive("[Content_Types].xml", "word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "a.mp4": (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
    "a.svg": (b"<svg onload=alert(1)>", "application/octet-stream"),
    "a.html": (b"<script>alert(1)</script>", "application/octet-stream"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(store, settings, name):
    data, media_type = TAKEN[name]
    kept = store(data, name)
    assert kept.media_type == media_type
    assert kept.inline is media_type.startswith("image/")
    with open_file(kept, files_dir=settings.files_dir) as file:
        content = file.read()
    assert len(content) == kept.size_bytes
    if not kept.inline:
        assert content == data


REFUSED = {
    "no extension": (b"x", "file"),
    "program": (b"MZ\x90", "setup.exe"),
    "script": (b"x", "a.js"),
    "double extension": (b"x", "a.png.php"),
    "text as png": (b"hello", "a.png"),
    "html as png": (b"<script>", "a.png"),
    "png as jpg": (image(), "a.jpg"),
    "gif with a script behind, as pdf": (image("GIF") + b"<script>", "a.pdf"),
    "program as text": (b"MZ\x00\x01", "a.txt"),
    "zip as docx": (archive("x"), "a.docx"),
    "docx as xlsx": (archive("[Content_Types].xml", "word/a"), "a.xlsx"),
    "damaged png": (image()[:40], "a.png"),
    "empty": (b"", "a.txt"),
    "nothing but signature": (b"\x89PNG\r\n\x1a\n", "a.png"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_nothing(store, settings, case):
    data, name = REFUSED[case]
    with pytest.raises(UploadRefused):
        store(data, name)
    assert list(settings.files_dir.iterdir()) == []
    assert db.session.scalars(select(Attachment)).all() == []


def test_too_large_is_refused_while_it_arrives(store, settings):
    with pytest.raises(UploadTooLarge):
        store(b"x" * 1001, "a.txt", max_bytes=1000)
    assert list(settings.files_dir.iterdir()) == []
    assert store(b"x" * 1000, "a.txt", max_bytes=1000).size_bytes == 1000


def test_a_picture_bomb_is_refused_by_its_header(store):
    header = image("PNG")
    width = (50_000).to_bytes(4, "big")
    bomb = header[:16] + width + width + header[24:]
    with pytest.raises(UploadRefused):
        store(bomb, "a.png")


def test_images_lose_everything_but_their_pixels(store, settings):
    exif = Image.Exif()
    exif[0x010E] = "secret description"
    exif.get_ifd(0x8825)[1] = "N"
    kept = store(image("JPEG", exif=exif) + b"<script>alert(1)</script>", "a.jpg")
    with open_file(kept, files_dir=settings.files_dir) as file:
        content = file.read()
    assert b"secret" not in content
    assert b"<script>" not in content
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {}


def test_articles_take_images_only(store):
    with pytest.raises(UploadRefused):
        store(b"%PDF-1.7", "a.pdf", images_only=True)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\windows\\a.txt", "a.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("photo\u202egnp.exe.png", "photognp.exe.png"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie x.txt"),
        ('"><img src=x onerror=alert(1)>.png', "img src=x onerror=alert(1).png"),
        (".htaccess", "htaccess"),
        ("   ", "file"),
        (None, "file"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
        ("naïve  name.txt", "naïve name.txt"),
        ("0.0000000000 0", "0.0000000000 0"),
        ("a." + "b" * 300, "a." + "b" * 118),
        ("x" * 119 + " " + "y" * 20, "x" * 119),
    ],
)
def test_names_are_made_harmless(given, kept):
    assert clean_filename(given) == kept


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_no_name_is_dangerous(name):
    kept = clean_filename(name)
    assert kept
    assert len(kept) <= 120
    assert not set(kept) & set('/\\\r\n\x00"<>\u202e\u2066')
    assert not kept.startswith(".")
    assert clean_filename(kept) == kept


def test_only_ones_own_waiting_files_are_attached(store):
    mine, theirs = store(b"1", "1.txt"), store(b"2", "2.txt", owner="session:2")
    with unit_of_work():
        tied = attach_to_message(0, keys=[theirs.key, "unknown"], owner_key=OWNER)
        assert tied == []
        assert db.session.get_one(Attachment, mine.id).message_id is None


def test_five_files_a_message(ctx):
    with pytest.raises(TooManyFiles):
        attach_to_message(1, keys=[str(number) for number in range(6)], owner_key=OWNER)


def test_orphans_go_after_a_day(store, settings):
    kept = store(b"1", "1.txt")
    stray = settings.files_dir / "stray"
    stray.write_bytes(b"x")
    now = utc_now()
    with unit_of_work():
        assert collect_orphans(files_dir=settings.files_dir, now=now + timedelta(hours=23)) == 0
    with unit_of_work():
        assert collect_orphans(files_dir=settings.files_dir, now=now + timedelta(hours=25)) == 2
    assert db.session.get(Attachment, kept.id) is None
    assert list(settings.files_dir.iterdir()) == []


def test_how_files_are_given_out(app, store, settings):
    picture, page = store(image(), "a.png"), store(b"<script>", 'x".html')
    with app.test_request_context():
        shown = serve_file(picture, files_dir=settings.files_dir)
        saved = serve_file(page, files_dir=settings.files_dir)
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert saved.headers["Content-Disposition"] == "attachment; filename=x.html"
        assert saved.mimetype == "application/octet-stream"
        for response in (shown, saved):
            assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "private, no-store"
            response.close()


def test_keys_and_names_on_disk_are_random(store):
    first, second = store(b"1", "a.txt"), store(b"1", "a.txt")
    assert first.key != second.key
    assert len(first.key) == 22
    assert first.storage_name != second.storage_name
    assert "a.txt" not in first.storage_name
