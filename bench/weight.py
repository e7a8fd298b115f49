"""What a page costs to transfer: itself and everything a browser loads with it.

The page's own links are followed, so nothing can be forgotten when a page gains a script.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from urllib.parse import urljoin

from flask.testing import FlaskClient

_TAG = re.compile(r"<(link|script|img|use|meta)\b([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|'([^']*)')")
_BEHAVIOR = re.compile(r'data-behavior="([^"]+)"')
_SHEET_URL = re.compile(r"url\(\s*[\"']?(?!data:)([^\"')]+)")
_IMPORT = re.compile(r"\b(?:from|import)\s*\(?\s*\"(\.{0,2}/[^\"]+)\"")
#: Links whose targets a browser fetches at once; a telephone's home screen icon is not among them.
_LOADED_LINKS = frozenset({"stylesheet", "modulepreload", "icon"})


def transferred(client: FlaskClient, address: str) -> tuple[int, str]:
    """Return how many bytes of body an answer transfers, and its text.

    :raises RuntimeError: the answer is no success.
    """
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    body = response.data
    zipped = response.headers.get("Content-Encoding") == "gzip"
    text = gzip.decompress(body) if zipped else body
    return len(body), text.decode("utf-8", "replace")


def weigh(client: FlaskClient, address: str) -> dict[str, int]:
    """Return the bytes of a page and of each thing it loads, by address."""
    sizes: dict[str, int] = {}
    waiting = [address]
    while waiting:
        current = waiting.pop()
        if current in sizes:
            continue
        sizes[current], text = transferred(client, current)
        waiting += [urljoin(current, found) for found in _loaded(current, text)]
    return sizes


def _loaded(address: str, text: str) -> list[str]:
    path = address.partition("?")[0]
    if path.endswith(".js"):
        return _IMPORT.findall(text)
    if path.endswith(".css"):
        return _SHEET_URL.findall(text)
    if path.endswith((".svg", ".ico", ".png")):
        return []
    return _of_page(text)


def _of_page(text: str) -> list[str]:
    found = []
    behaviors = {name for names in _BEHAVIOR.findall(text) for name in names.split()} | {"flash"}
    for tag, attributes in _TAG.findall(text):
        values = {
            name: html.unescape(double or single)
            for name, double, single in _ATTRIBUTE.findall(attributes)
        }
        if tag == "link" and values.get("rel") not in _LOADED_LINKS:
            continue
        if tag == "meta":
            if values.get("name") == "behaviors":
                addresses = json.loads(values["content"])
                found += [addresses[name] for name in behaviors & set(addresses)]
            continue
        # The local htmx stands for the CDN's, which is the same file.
        named = (values.get("href"), values.get("src"), values.get("data-local"))
        found += [link.partition("#")[0] for link in named if link]
    return [link for link in found if link and not link.startswith("data:")]
