import json
import re
from base64 import b64decode
from collections.abc import Callable

import pytest
import redis

from gateway.carriage import connect
from handlers.errors import SealError
from handlers.protection.sealing import Place, open_json
from handlers.records import Role
from tests.gateway.console.conftest import PASSWORD, TOKEN, Desk


def test_the_right_password_opens_the_inbox(desk: Desk) -> None:
    browser = desk.signed_in()

    assert browser.get("/").location == "/desk/"
    assert "Inbox" in browser.text("/desk/")


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(desk: Desk) -> None:
    wrong = desk.browser().post("/sign-in", login="tariro", password="not the password")
    unknown = desk.browser().post("/sign-in", login="nobody", password="not the password")

    assert wrong.status_code == unknown.status_code == 401
    assert TOKEN.sub("", wrong.text).replace("tariro", "nobody") == TOKEN.sub("", unknown.text)


def test_a_disabled_person_is_told_so_only_with_the_right_password(desk: Desk) -> None:
    desk.rooms.people.disable("tariro")

    assert desk.browser().post("/sign-in", login="tariro", password=PASSWORD).status_code == 403
    assert desk.browser().post("/sign-in", login="tariro", password="wrong").status_code == 401


def test_a_form_without_its_token_changes_nothing(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()

    answer = browser.client.post(f"/desk/reports/{report_id}/claim", data={"version": "0"})

    assert answer.status_code == 400
    assert desk.report(report_id).claimed_by is None
    assert browser.client.post("/sign-in", data={"login": "tariro", "password": PASSWORD}).status_code == 400


def test_a_form_of_another_site_is_refused_even_with_the_token(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    page = browser.get(f"/desk/reports/{report_id}").text
    token = TOKEN.search(page)
    assert token

    answer = browser.client.post(
        f"/desk/reports/{report_id}/claim",
        data={"csrf_token": token.group(1), "version": "0"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 400
    assert desk.report(report_id).claimed_by is None


def test_the_focal_point_reads_the_log_and_nothing_else(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in("focal")

    assert browser.get("/").location == "/log/"
    assert browser.get("/log/").status_code == 200
    for path in ("/desk/", f"/desk/reports/{report_id}", "/desk/incidents"):
        assert browser.get(path).status_code == 403


def test_an_administrator_reads_neither_reports_nor_log(desk: Desk) -> None:
    desk.rooms.people.add("admin", Role.ADMINISTRATOR, PASSWORD, held={})
    browser = desk.signed_in("admin")

    assert browser.get("/").location == "/people/"
    assert browser.get("/desk/").status_code == 403
    assert browser.get("/log/").status_code == 403


def test_nobody_comes_in_without_signing_in(desk: Desk) -> None:
    report_id = desk.tell()

    for path in ("/", "/desk/", f"/desk/reports/{report_id}", "/log/", "/log/export.json"):
        assert desk.browser().get(path).location == "/sign-in"


def test_wrong_passwords_from_one_address_are_throttled_for_that_name_there_and_nowhere_else(desk: Desk) -> None:
    browser = desk.browser()
    codes = [browser.post("/sign-in", login="tariro", password="wrong").status_code for _ in range(6)]

    assert codes == [401] * 5 + [429]
    assert browser.post("/sign-in", login="rudo", password=PASSWORD).status_code == 303
    elsewhere = desk.browser().post("/sign-in", login="tariro", password=PASSWORD, environ={"REMOTE_ADDR": "198.51.100.9"})
    assert elsewhere.status_code == 303


def test_signing_in_rightly_is_not_counted(desk: Desk) -> None:
    assert {desk.browser().post("/sign-in", login="tariro", password=PASSWORD).status_code for _ in range(12)} == {303}


def test_neither_address_nor_name_of_a_failed_sign_in_stands_in_redis(desk: Desk) -> None:
    desk.browser().post("/sign-in", login="tariro", password="wrong")
    desk.signed_in()

    kept = _everything(desk.redis)

    assert len(kept) > 2
    assert not re.search(rb"127\.0\.0\.1|tariro|wrong|correct horse", b"\n".join(kept))


def test_an_idle_session_ends(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.rooms.clock.go_on(seconds=14 * 60)
    assert browser.get("/desk/").status_code == 200

    desk.rooms.clock.go_on(seconds=15 * 60)

    assert browser.get("/desk/").location == "/sign-in"


def test_a_page_that_renews_itself_keeps_no_session_alive(desk: Desk) -> None:
    browser = desk.signed_in()

    desk.rooms.clock.go_on(seconds=10 * 60)
    assert browser.get("/desk/", headers={"X-Izwi-Refresh": "1"}).status_code == 200
    desk.rooms.clock.go_on(seconds=10 * 60)

    assert browser.get("/desk/", headers={"X-Izwi-Refresh": "1"}).location == "/sign-in"


def test_no_session_lasts_longer_than_a_working_day(desk: Desk) -> None:
    browser = desk.signed_in()
    for _ in range(47):
        desk.rooms.clock.go_on(seconds=600)
        assert browser.get("/desk/").status_code == 200

    desk.rooms.clock.go_on(seconds=601)

    assert browser.get("/desk/").location == "/sign-in"


def test_what_was_typed_when_the_session_had_ended_is_not_done_and_the_person_is_told(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    page = f"/desk/reports/{report_id}"
    token = TOKEN.search(browser.get(page).text)
    assert token
    desk.rooms.clock.go_on(hours=1)

    answer = browser.client.post(f"{page}/claim", data={"csrf_token": token.group(1), "version": "0"})

    assert answer.location == "/sign-in"
    assert "nothing was changed" in browser.text("/sign-in")


def test_a_disabled_persons_session_ends_at_once(desk: Desk) -> None:
    browser = desk.signed_in()

    desk.rooms.people.disable("tariro")

    assert browser.get("/desk/").location == "/sign-in"


def test_signing_out_ends_the_session_on_the_server_too(desk: Desk) -> None:
    browser = desk.signed_in()
    cookie = browser.client.get_cookie("izwi")
    assert cookie

    browser.post("/sign-out", page="/desk/")
    thief = desk.browser()
    thief.client.set_cookie("izwi", cookie.value)

    assert thief.get("/desk/").location == "/sign-in"
    assert not list(desk.redis.scan_iter("izwi:session:*"))


def test_what_redis_holds_of_a_session_opens_no_key(desk: Desk) -> None:
    desk.signed_in()
    (name,) = desk.redis.scan_iter("izwi:session:*")

    kept = json.loads(desk.redis.get(name) or b"")

    session_id = name.decode().removeprefix("izwi:session:") if isinstance(name, bytes) else name.removeprefix("izwi:session:")
    with pytest.raises(SealError):
        open_json(b64decode(kept["server"]), b64decode(kept["sealed"]), Place("sessions", "keys", session_id))
    for key in desk.rooms.private.values():
        assert key not in b64decode(kept["sealed"]) and key not in b64decode(kept["server"])


def test_a_cookie_without_what_redis_holds_opens_nothing(desk: Desk) -> None:
    browser = desk.signed_in()

    desk.redis.flushall()

    assert browser.get("/desk/").location == "/sign-in"


def test_a_session_whose_half_is_another_sessions_opens_nothing(desk: Desk) -> None:
    one, other = desk.signed_in("tariro"), desk.signed_in("rudo")
    with one.client.session_transaction() as session:
        stolen = session["_user_id"]
    with other.client.session_transaction() as session:
        session["_user_id"] = stolen

    assert other.get("/desk/").location == "/sign-in"


def test_without_redis_the_sign_in_page_says_so_plainly(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(redis=connect("unix:///nonexistent/redis.sock"))

    answer = desk.browser().get("/sign-in")

    assert answer.status_code == 503
    assert "Reports are still being received" in answer.text
    assert "Traceback" not in answer.text


def test_https_cookies_are_for_this_host_alone(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(secure_cookies=True)
    answer = desk.app.test_client().get("/sign-in", base_url="https://line.example.org")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-izwi=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def _everything(connection: redis.Redis) -> list[bytes]:
    found: list[bytes] = []
    for name in connection.scan_iter("*"):
        found += [name if isinstance(name, bytes) else name.encode(), connection.dump(name) or b""]
    return found
