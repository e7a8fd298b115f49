"""Make the pictures in docs/screenshots anew from the demo; `make screenshots` calls this.

Starts Foreword on a data directory of its own with the demo loaded, drives a real browser through
the main screens and stores each wide and on a phone, light and dark.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
SIZES = {"wide": (1360, 850), "phone": (390, 844)}
STAFF_EMAIL = "ingrid@marlow.example"
STAFF_PASSWORD = "marlow-demo-2026"


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def foreword() -> Iterator[str]:
    """Run Foreword with the demo; give its address."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data_dir:
        base = f"http://127.0.0.1:{port}"
        environment = os.environ | {"DATA_DIR": data_dir, "PORT": str(port), "BASE_URL": base}
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "up"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{base}/readyz", process)
            yield base
        finally:
            process.terminate()
            process.wait(30)


def wait_for(address: str, process: subprocess.Popen[bytes], seconds: int = 120) -> None:
    """Wait until an address answers."""
    for _ in range(seconds * 4):
        if process.poll() is not None:
            raise SystemExit("Foreword did not start")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise SystemExit(f"{address} did not answer")


def sign_in(page: Page, base: str) -> None:
    """Sign in as a member of the demo's staff."""
    page.goto(f"{base}/portal/sign-in")
    page.get_by_label("E-mail").fill(STAFF_EMAIL)
    page.get_by_label("Password").fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal/**")


def panel(page: Page) -> FrameLocator:
    """Return the widget's panel."""
    return page.frame_locator("iframe[title]")


def open_panel(page: Page, base: str) -> FrameLocator:
    """Open the widget on a page of the pretend product."""
    page.goto(f"{base}/demo/calendar")
    page.get_by_role("button", name="Help").click()
    frame = panel(page)
    frame.get_by_role("searchbox").wait_for()
    page.wait_for_timeout(700)
    return frame


def search_in_panel(page: Page, base: str) -> FrameLocator:
    """Type a problem into the panel."""
    frame = open_panel(page, base)
    frame.get_by_role("searchbox").fill("calendar shows wrong time")
    frame.locator("[data-hits=results] [data-article]").first.wait_for()
    page.wait_for_timeout(900)
    return frame


def article_in_panel(page: Page, base: str) -> FrameLocator:
    """Open the first result in the panel."""
    frame = search_in_panel(page, base)
    frame.locator("[data-hits=results] [data-article]").first.click()
    frame.get_by_role("article").wait_for()
    page.wait_for_timeout(600)
    return frame


def ask_in_panel(page: Page, base: str) -> None:
    """Open the ask form in the panel."""
    frame = open_panel(page, base)
    frame.get_by_role("button", name="Write to us").click()
    frame.get_by_label("What is it about?").fill("My Tuesday class shows an hour early")
    frame.get_by_role("heading", name="This may answer it already").wait_for()
    page.wait_for_timeout(600)


def first_ticket(page: Page, base: str) -> None:
    """Open the first ticket of the inbox that has a trail."""
    page.goto(f"{base}/portal/inbox")
    page.locator("a.row__link").first.click()
    page.wait_for_timeout(700)


def first_article_editor(page: Page, base: str) -> None:
    """Open an article in the editor."""
    page.goto(f"{base}/portal/articles")
    page.locator("table a, .row__link").first.click()
    page.wait_for_timeout(700)


def at(path: str) -> Callable[[Page, str], None]:
    """Return a scene that is one address."""

    def go(page: Page, base: str) -> None:
        page.goto(f"{base}{path}")
        page.wait_for_timeout(400)

    return go


SCENES: dict[str, tuple[bool, Callable[[Page, str], object]]] = {
    "help-home": (False, at("/help")),
    "help-search": (False, at("/help/search?q=card+declined")),
    "help-article": (False, at("/help/articles/booking-shows-wrong-time")),
    "help-ask": (False, at("/help/ask")),
    "widget-home": (False, open_panel),
    "widget-search": (False, search_in_panel),
    "widget-article": (False, article_in_panel),
    "widget-ask": (False, ask_in_panel),
    "sign-in": (False, at("/portal/sign-in")),
    "inbox": (True, first_ticket),
    "deflection": (True, at("/portal/deflection")),
    "articles": (True, at("/portal/articles")),
    "editor": (True, first_article_editor),
    "customers": (True, at("/portal/customers")),
}


def save(picture: bytes, path: Path) -> None:
    """Store a picture with 256 colours, which screens of ours never exceed visibly."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


def shoot(browser: Browser, base: str, size: str, scheme: str) -> None:
    """Take all pictures of one size and colour scheme."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1.5 if size == "phone" else 1,
        reduced_motion="reduce",
    )
    staff = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1.5 if size == "phone" else 1,
        reduced_motion="reduce",
    )
    sign_in(staff.new_page(), base)
    for name, (needs_staff, scene) in SCENES.items():
        page = (staff if needs_staff else context).new_page()
        scene(page, base)
        save(page.screenshot(), TARGET / f"{name}-{size}-{scheme}.png")
        page.close()
        print(f"{name}-{size}-{scheme}")
    context.close()
    staff.close()


def main() -> None:
    """Take every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with foreword() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        for size in SIZES:
            for scheme in ("light", "dark"):
                shoot(browser, base, size, scheme)
        browser.close()


if __name__ == "__main__":
    main()
