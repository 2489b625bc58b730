"""What the pages weigh, how they are packed, and for how long a browser keeps them."""

from __future__ import annotations

import gzip
import re

from tests.gateway.console.conftest import BEATING, Browser, Desk

GZIP = {"Accept-Encoding": "gzip"}
FIRST, NEXT = 40 * 1024, 8 * 1024
TEXTS = (
    BEATING,
    "Guards at the gate ask $20 from each group to enter at night.",
    "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai.",
    "Amasotsha abotshe abantu abalitshumi eTinoengana",
)


def weight(browser: Browser, path: str) -> int:
    """Give the bytes of an answer with its headers, as they go over the line."""
    with browser.get(path, headers=GZIP) as answer:
        assert answer.status_code == 200 and answer.headers["Content-Encoding"] == "gzip", path
        return len(answer.data) + len(str(answer.headers))


def files_of(page: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', page)


def test_a_full_inbox_weighs_little_at_first_and_less_after_that(desk: Desk) -> None:
    for number in range(50):
        desk.tell(TEXTS[number % 4])
    browser = desk.signed_in()
    files = files_of(browser.get("/desk/").text)

    page, more = weight(browser, "/desk/"), [weight(browser, path) for path in ("/desk/?page=2", "/desk/?category=BEAT")]
    first = page + sum(weight(browser, name.replace("&amp;", "&")) for name in files)
    print(f"the inbox: {first} bytes at first, {page} and {more} after that")  # noqa: T201

    assert first <= FIRST
    assert max(page, *more) <= NEXT


def test_a_static_file_is_kept_for_good_under_the_address_that_changes_with_it(desk: Desk) -> None:
    browser = desk.signed_in()
    for address in files_of(browser.get("/desk/").text):
        assert re.fullmatch(r"/static/[a-z]+\.(css|js)\?v=[0-9a-f]{12}", address)
        with browser.get(address) as kept, browser.get(address.partition("?")[0]) as bare:
            assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert "Cookie" not in kept.headers.get("Vary", "")  # or each session would fetch it again
            assert bare.headers["Cache-Control"] == "no-cache"


def test_a_packed_file_is_the_file(desk: Desk) -> None:
    browser = desk.browser()
    with browser.get("/static/izwi.css", headers=GZIP) as packed, browser.get("/static/izwi.css") as plain:
        assert gzip.decompress(packed.data) == plain.data
        assert "Content-Encoding" not in plain.headers and packed.headers["Vary"] == "Accept-Encoding"


def test_a_page_that_holds_words_of_its_own_request_is_never_packed(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/desk/").text)
    assert token
    typed = {"csrf_token": token.group(1), "words": "masoja", "reply": "Tatenda"}

    for path in ("/desk/search", f"/desk/reports/{report_id}/reply/count"):
        answer = browser.client.post(path, data=typed, headers=GZIP)
        assert answer.status_code == 200 and "Content-Encoding" not in answer.headers, path
        answer.close()
    assert "Content-Encoding" not in browser.get("/desk/lists?looked=for", headers=GZIP).headers
    assert "Content-Encoding" not in browser.get("/desk/", headers={**GZIP, "Sec-Fetch-Site": "cross-site"}).headers


def test_a_page_never_has_the_same_length_for_long(desk: Desk) -> None:
    desk.tell()
    browser = desk.signed_in()
    browser.get("/desk/")

    lengths = {len(browser.get("/desk/", headers=GZIP).data) for _ in range(12)}

    assert len(lengths) > 4
