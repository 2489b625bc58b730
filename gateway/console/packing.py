"""Packing: answers sent compressed, and static files that a browser may keep for good because their address changes with them.

What compresses shorter when a guess is right tells the guess to who watches the line (BREACH). So no page is compressed that
holds words of its own request: an answer to a form, an address with a query other than codes. Nor one that another site asked
for; our cookies never come with such a request either. And no page twice has the same length: a random filling stands in the
head of each. Static files are the same for everybody and always compressed.
"""

from __future__ import annotations

import gzip
import io
import secrets
from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, request, session

_FOLDER = Path(__file__).parent / "static"
_CODES_ONLY = ("inbox.show", "reports.show")  # what is asked of these is repeated only where it is a code that we know
_TEXTS = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")
_SMALLEST = 500
_MOST_FILLING = 96
_FOREVER = "public, max-age=31536000, immutable"


def pack(app: Flask) -> None:
    """Have an app name its static files by what they hold, and compress its answers. Call it first: then it has the last word."""
    app.url_defaults(_name_by_digest)
    app.after_request(_packed)


@cache
def digest(name: str) -> str:
    """Give what changes with a static file; nothing for a file that is not there."""
    path = _FOLDER / name
    return blake2b(path.read_bytes(), digest_size=6).hexdigest() if path.is_file() else ""


def _name_by_digest(endpoint: str, values: dict[str, object]) -> None:
    if endpoint == "console.static":
        values.setdefault("v", digest(str(values.get("filename", ""))))


def _packed(response: Response) -> Response:
    is_static = request.endpoint == "console.static"
    name = str((request.view_args or {}).get("filename", ""))
    if is_static and not session.modified:
        session.accessed = False  # or browsers are told that the file is another for each cookie, and fetch it again
    if is_static and response.status_code in (200, 304) and digest(name) and request.args.get("v") == digest(name):
        response.headers["Cache-Control"] = _FOREVER
    if response.status_code != 200 or not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers:
        return response
    if is_static and response.mimetype in _TEXTS and request.method == "GET" and digest(name):
        _replace(response, _packed_file(name))
    elif not is_static and _may_shrink(response):
        body = response.get_data()
        if len(body) >= _SMALLEST:
            _replace(response, _compressed(body))
    return response


def _may_shrink(response: Response) -> bool:
    """Say whether a page holds nothing of its own request, and was asked for by our own pages."""
    is_page = response.mimetype == "text/html" and not response.is_streamed and not response.direct_passthrough
    is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    repeats_nothing = not request.query_string or request.endpoint in _CODES_ONLY
    return is_page and is_ours and request.method == "GET" and repeats_nothing


@cache
def _packed_file(name: str) -> bytes:
    return gzip.compress((_FOLDER / name).read_bytes(), 9, mtime=0)


def _compressed(body: bytes) -> bytes:
    """Compress a page, with a filling of random length where the format keeps the name of a file: browsers read over it."""
    filling = secrets.token_hex(_MOST_FILLING)[: 1 + secrets.randbelow(2 * _MOST_FILLING)]
    packed = io.BytesIO()
    with gzip.GzipFile(filename=filling, mode="wb", compresslevel=6, fileobj=packed, mtime=0) as file:
        file.write(body)
    return packed.getvalue()


def _replace(response: Response, body: bytes) -> None:
    if hasattr(response.response, "close"):
        response.response.close()  # the file that it would have been sent from
    response.direct_passthrough = False
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
