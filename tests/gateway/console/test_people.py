"""Inviting, giving keys, approving; second steps; duress; leaving; and what is written down of all that."""

import re
from base64 import b64decode

import pyotp
import pytest
import redis

from handlers.desk.people import DURESS_ACTION
from handlers.errors import NotAllowed, WrongPassword
from handlers.protection.people import DESK, LOG
from handlers.records import Role, StepKind
from handlers.triage.lookups import Lookups
from tests.conftest import PASSWORD, Rooms
from tests.gateway.console.conftest import BEATING, Browser, Desk, build_desk

NEW = "another horse staple"
DURESS = "somebody is at the door"


def person_id(desk: Desk, login: str) -> str:
    return next(person.id for person in desk.rooms.people.list() if person.login == login)


def actions(desk: Desk) -> list[str]:
    with desk.rooms.reading() as unit:
        return [audit.action for audit in unit.audits.all()]


def invited(browser: Browser, login: str, role: str) -> str:
    page = browser.post("/people/invite", page="/people/", login=login, role=role)
    found = re.search(r"/invitation#([A-Z0-9-]+)", page.text)
    assert found, page.text
    return found.group(1)


def set_up_app(desk: Desk, browser: Browser) -> tuple[str, list[str]]:
    """Set up an app; give its secret and the recovery codes."""
    secret = re.search(r'name="secret" value="(\w+)"', browser.get("/account/app").text)
    assert secret
    code = pyotp.TOTP(secret.group(1)).at(int(desk.rooms.clock()))
    answer = browser.post("/account/app", secret=secret.group(1), code=code, current=PASSWORD)
    return secret.group(1), re.findall(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}", answer.text)


@pytest.fixture
def both(rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Desk:
    """A desk on either engine."""
    return build_desk(rooms, lookups, redis_connection, redis_url)


def test_a_newcomer_comes_in_by_an_invitation_and_gets_the_keys_in_a_second_act(both: Desk) -> None:
    tariro = both.signed_in("tariro")
    code = invited(tariro, "chipo", "coordinator")

    newcomer = both.browser()
    answer = newcomer.post("/invitation", code=code.lower().replace("-", " "), password=NEW, again=NEW)
    assert answer.location == "/sign-in"
    newcomer.post("/sign-in", login="chipo", password=NEW)
    assert "nobody has given you the keys" in newcomer.text("/")
    assert newcomer.get("/desk/proposals/").status_code == 200 and newcomer.get("/log/").status_code == 403
    digits = re.search(r'class="digits">([\d ]{29})<', newcomer.get("/").text)
    assert digits and digits.group(1) in tariro.get("/people/").text

    tariro.post(f"/people/{person_id(both, 'chipo')}/grant", page="/people/")

    newcomer.post("/sign-out", page="/account/")
    assert newcomer.post("/sign-in", login="chipo", password=NEW).status_code == 303
    both.tell()
    assert "Chirasika" in newcomer.text("/desk/")
    trail = tariro.text("/trail/")
    assert all(words in trail for words in ("invited coordinator", "added coordinator", "gave the desk key", "gave the log key"))


def test_an_invitation_is_good_once_and_for_three_days(desk: Desk) -> None:
    tariro = desk.signed_in("tariro")
    code, late = invited(tariro, "chipo", "approver"), invited(tariro, "late", "approver")
    assert desk.browser().post("/invitation", code=code, password=NEW, again=NEW).status_code == 303

    assert desk.browser().post("/invitation", code=code, password=NEW, again=NEW).status_code == 403
    assert desk.browser().post("/invitation", code="A" * 16, password=NEW, again=NEW).status_code == 403
    desk.rooms.clock.go_on(hours=73)
    assert desk.browser().post("/invitation", code=late, password=NEW, again=NEW).status_code == 403
    with desk.rooms.reading() as unit:
        assert not any(code.encode() in row.code_hash for row in unit.invitations.all())


def test_no_coordinator_makes_an_administrator(desk: Desk) -> None:
    answer = desk.signed_in("tariro").post("/people/invite", page="/people/", login="chief", role="administrator")

    assert answer.status_code == 403 and "Only an administrator" in answer.text


def test_a_key_is_withdrawn_with_the_sessions_that_hold_it_but_never_from_the_last(desk: Desk) -> None:
    tariro, rudo = desk.signed_in("tariro"), desk.signed_in("rudo")

    tariro.post(f"/people/{person_id(desk, 'rudo')}/withdraw", page="/people/", compartment=DESK)

    assert rudo.get("/desk/").location == "/sign-in"
    again = desk.signed_in("rudo")
    answer = again.post(f"/people/{person_id(desk, 'tariro')}/withdraw", page="/people/", compartment=DESK)
    assert answer.status_code == 403 and "No other coordinator" in answer.text
    assert "withdrew the desk key" in actions(desk)


def test_nobody_gives_what_they_do_not_hold(desk: Desk) -> None:
    who = desk.rooms.people.sign_in("focal", PASSWORD)
    people = desk.rooms.people
    people.add("chipo", Role.APPROVER, NEW, held=desk.rooms.private)
    with desk.rooms.writing() as unit:
        unit.grants.remove(person_id=person_id(desk, "chipo"))
        unit.commit()

    from handlers.desk.inviting import Inviting

    inviting = Inviting(people, writing=desk.rooms.writing, reading=desk.rooms.reading, clock=desk.rooms.clock)
    with pytest.raises(NotAllowed):
        inviting.grant(who, person_id(desk, "chipo"))


def test_an_approver_reads_what_concerns_a_proposal_and_approves_and_triages_nothing(both: Desk) -> None:
    both.rooms.people.add("chipo", Role.APPROVER, PASSWORD, held=both.rooms.private)
    proposal_id = both.proposed(both.signed_in("tariro"))
    approver = both.signed_in("chipo")
    with both.rooms.reading() as unit:
        report_id = unit.proposals.get(proposal_id).report_id
        had_news = unit.reports.get(report_id).news

    assert approver.get("/").location == "/desk/proposals/"
    assert "Proposal by tariro" in approver.text("/desk/proposals/")
    report = approver.get(f"/desk/proposals/{proposal_id}/report").text
    assert "Masoja" in report and "<textarea" not in report
    assert both.report(report_id).news == had_news
    for path in ("/desk/", f"/desk/reports/{report_id}", "/desk/incidents", "/desk/lists", "/people/", "/trail/"):
        assert approver.get(path).status_code in (403, 404), path
    assert approver.act(f"/desk/proposals/{proposal_id}", "approve").location == "/log/entries/0"
    assert approver.get("/log/entries/0").status_code == 200
    assert "read for a proposal" in actions(both)


def test_an_approver_returns_a_proposal_and_stays_on_their_pages(desk: Desk) -> None:
    desk.rooms.people.add("chipo", Role.APPROVER, PASSWORD, held=desk.rooms.private)
    proposal_id = desk.proposed(desk.signed_in("tariro"))

    answer = desk.signed_in("chipo").act(f"/desk/proposals/{proposal_id}", "return", reason="say the ward")

    assert answer.location == "/desk/proposals/"


def test_with_an_app_the_password_alone_opens_nothing_and_each_code_is_good_once(both: Desk) -> None:
    browser = both.signed_in("tariro")
    secret, codes = set_up_app(both, browser)
    assert len(codes) == 8
    both.rooms.clock.go_on(seconds=60)
    code = pyotp.TOTP(secret).at(int(both.rooms.clock()))

    second = both.browser()
    assert second.post("/sign-in", login="tariro", password=PASSWORD).location == "/sign-in/second"
    assert second.get("/desk/").location == "/sign-in"
    assert second.post("/sign-in/second", code="000000").status_code == 401
    assert second.post("/sign-in/second", code=code).location == "/"
    assert second.get("/desk/").status_code == 200

    third = both.browser()
    third.post("/sign-in", login="tariro", password=PASSWORD)
    assert third.post("/sign-in/second", code=code).status_code == 401
    assert third.post("/sign-in/second", code=codes[0]).location == "/"
    fourth = both.browser()
    fourth.post("/sign-in", login="tariro", password=PASSWORD)
    assert fourth.post("/sign-in/second", code=codes[0]).status_code == 401
    with both.rooms.reading() as unit:
        rows = unit.second_steps.all()
    assert sum(row.kind is StepKind.RECOVERY for row in rows) == 7
    assert not any(secret.encode() in row.content or codes[1].encode() in row.content for row in rows)


def test_what_waits_for_a_second_step_opens_nothing_from_redis_alone_or_the_cookie_alone(desk: Desk) -> None:
    set_up_app(desk, desk.signed_in("tariro"))
    browser = desk.browser()
    browser.post("/sign-in", login="tariro", password=PASSWORD)
    (name,) = desk.redis.scan_iter("izwi:pending:*")
    kept = desk.redis.get(name)
    for key in desk.rooms.private.values():
        assert key not in b64decode(re.search(rb'"sealed": "([^"]+)"', kept).group(1))

    with browser.client.session_transaction() as session:
        session["_user_id"] = session["pending"]
    assert browser.get("/desk/").location == "/sign-in"
    desk.redis.delete(name)
    assert browser.get("/sign-in/second").location == "/sign-in"


def test_five_wrong_codes_end_what_waits(desk: Desk) -> None:
    set_up_app(desk, desk.signed_in("tariro"))
    browser = desk.browser()
    browser.post("/sign-in", login="tariro", password=PASSWORD)

    for _ in range(4):
        assert browser.post("/sign-in/second", code="000000").status_code == 401
    browser.post("/sign-in/second", code="000000")

    assert browser.get("/sign-in/second").location == "/sign-in"


def test_who_knows_a_password_cannot_try_codes_for_ever_by_signing_in_anew(desk: Desk) -> None:
    set_up_app(desk, desk.signed_in("tariro"))
    codes = []
    for _ in range(3):
        browser = desk.browser()
        browser.post("/sign-in", login="tariro", password=PASSWORD)
        codes += [browser.post("/sign-in/second", code="000000").status_code for _ in range(4)]

    assert codes == [401] * 10 + [429] * 2


def test_under_duress_the_second_step_is_asked_all_the_same_and_the_alert_does_not_wait_for_it(desk: Desk) -> None:
    browser = desk.signed_in("tariro")
    _, codes = set_up_app(desk, browser)
    browser.post("/account/duress", page="/account/", current=PASSWORD, new=DURESS, again=DURESS)
    desk.tell()

    forced = desk.browser()
    assert forced.post("/sign-in", login="tariro", password=DURESS).location == "/sign-in/second"
    assert "in danger" in desk.signed_in("rudo").text("/desk/")
    assert forced.post("/sign-in/second", code=codes[0]).location == "/"

    assert "Open 0" in forced.text("/desk/")
    assert "Authenticator app" in forced.text("/account/")


def test_a_second_step_is_changed_only_by_who_knows_the_password(desk: Desk) -> None:
    browser = desk.signed_in("tariro")
    set_up_app(desk, browser)
    with desk.rooms.reading() as unit:
        step = unit.second_steps.first(kind=StepKind.APP.value)

    assert browser.post(f"/account/steps/{step.id}/remove", page="/account/", current="wrong").status_code == 401
    assert browser.post(f"/account/steps/{step.id}/remove", page="/account/", current=PASSWORD).status_code == 303

    with desk.rooms.reading() as unit:
        assert unit.second_steps.count() == 0


def test_guessing_the_password_in_an_open_session_is_throttled(desk: Desk) -> None:
    browser = desk.signed_in("tariro")

    codes = [browser.post("/account/codes", page="/account/", current="wrong").status_code for _ in range(11)]

    assert codes == [401] * 10 + [429]


def test_a_changed_password_opens_the_same_keys_and_ends_the_other_sessions(both: Desk) -> None:
    browser, other = both.signed_in("tariro"), both.signed_in("tariro")
    before = both.rooms.people.sign_in("tariro", PASSWORD).keys

    answer = browser.post("/account/password", page="/account/", current=PASSWORD, new=NEW, again=NEW)

    assert answer.status_code == 303
    assert both.rooms.people.sign_in("tariro", NEW).keys == before and set(before) == {DESK, LOG}
    with pytest.raises(WrongPassword):
        both.rooms.people.sign_in("tariro", PASSWORD)
    assert other.get("/desk/").location == "/sign-in"
    assert browser.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"current": "wrong"}, "not your present password"),
        ({"again": "something else here"}, "not the same"),
        ({"new": "short", "again": "short"}, "at least 12"),
        ({"new": PASSWORD, "again": PASSWORD}, "Choose another"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(desk: Desk, changes: dict[str, str], sentence: str) -> None:
    browser = desk.signed_in("tariro")

    answer = browser.post("/account/password", page="/account/", **{"current": PASSWORD, "new": NEW, "again": NEW, **changes})

    assert answer.status_code in (401, 403) and sentence in answer.text
    assert desk.rooms.people.sign_in("tariro", PASSWORD)


def test_sessions_are_listed_and_ended(desk: Desk) -> None:
    browser = desk.signed_in("tariro")
    agent = {"HTTP_USER_AGENT": "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"}
    phone = desk.browser()
    phone.post("/sign-in", login="tariro", password=PASSWORD, environ=agent)
    page = browser.get("/account/").text
    assert "Firefox on Android" in page and "this one" in page
    handle = re.search(r"/account/sessions/([0-9a-f]+)/end", page)
    assert handle

    browser.post(f"/account/sessions/{handle.group(1)}/end", page="/account/")

    assert phone.get("/desk/").location == "/sign-in"
    assert browser.get("/desk/").status_code == 200


def test_an_administrator_ends_sessions_resets_second_steps_and_shuts_out(both: Desk) -> None:
    both.rooms.people.add("admin", Role.ADMINISTRATOR, PASSWORD, held={})
    admin, tariro = both.signed_in("admin"), both.signed_in("tariro")
    set_up_app(both, tariro)
    page = f"/people/{person_id(both, 'tariro')}"

    admin.post(f"{page}/end-sessions", page="/people/")
    assert tariro.get("/desk/").location == "/sign-in"
    admin.post(f"{page}/reset", page="/people/")
    assert both.browser().post("/sign-in", login="tariro", password=PASSWORD).location == "/"
    admin.post(f"{page}/disable", page="/people/")
    assert both.browser().post("/sign-in", login="tariro", password=PASSWORD).status_code == 403

    trail = admin.text("/trail/")
    assert all(f"admin {act} tariro" in trail for act in ("ended the sessions", "removed all second steps", "disabled"))


def test_the_trail_is_paged_and_holds_no_word_of_a_report(both: Desk) -> None:
    report_id = both.tell()
    browser = both.signed_in("tariro")
    for _ in range(103):
        browser.get(f"/desk/reports/{report_id}?words=written")

    first, second = browser.text("/trail/"), browser.text("/trail/?page=2")

    assert "Older page" in first and "Newer page" in second
    assert "Masoja" not in first + second and "read as written" in first


def under_duress(desk: Desk, login: str = "tariro") -> Browser:
    browser = desk.signed_in(login)
    browser.post("/account/duress", page="/account/", current=PASSWORD, new=DURESS, again=DURESS)
    browser.post("/sign-out", page="/account/")
    forced = desk.browser()
    assert forced.post("/sign-in", login=login, password=DURESS).location == "/"
    return forced


def test_under_duress_the_desk_is_empty_and_looks_real(both: Desk) -> None:
    report_id = both.tell()
    proposal_id = both.proposed(both.signed_in("rudo"))
    forced = under_duress(both)

    assert forced.get("/").location == "/desk/"
    inbox = forced.text("/desk/")
    assert "Open 0" in inbox and "Nothing waits" in inbox
    for path in ("/desk/incidents", "/desk/lists", "/log/", "/people/", "/trail/", "/account/", "/desk/proposals/"):
        page = forced.get(path)
        assert page.status_code == 200, path
        assert "duress password," not in page.text
    assert "rudo" in forced.text("/people/")
    assert forced.get(f"/desk/reports/{report_id}").status_code == 404
    assert forced.get(f"/desk/proposals/{proposal_id}").status_code == 404
    assert DURESS_ACTION not in forced.text("/trail/")
    assert BEATING[:6] not in inbox


def test_under_duress_the_other_coordinators_are_told_and_nobody_else(both: Desk) -> None:
    under_duress(both)

    rudo = both.signed_in("rudo")
    assert "tariro may be in danger" in rudo.text("/desk/")
    assert DURESS_ACTION in rudo.text("/trail/")
    assert "in danger" not in both.signed_in("tariro").text("/desk/")
    notice = re.search(r"/desk/notices/([0-9a-f]+)/seen", rudo.get("/desk/").text)
    assert notice
    rudo.post(f"/desk/notices/{notice.group(1)}/seen", page="/desk/")
    assert "in danger" not in rudo.text("/desk/")


def test_a_password_that_is_changed_under_duress_opens_the_empty_desk_again(desk: Desk) -> None:
    desk.tell()
    forced = under_duress(desk)

    assert forced.post("/account/password", page="/account/", current=DURESS, new=NEW, again=NEW).status_code == 303

    again = desk.browser()
    assert again.post("/sign-in", login="tariro", password=NEW).location == "/"
    assert "Open 0" in again.text("/desk/")
    assert "Open 1" in desk.signed_in("tariro").text("/desk/")


def test_nobody_is_shut_out_or_ended_from_an_empty_desk(desk: Desk) -> None:
    desk.rooms.people.add("admin", Role.ADMINISTRATOR, PASSWORD, held={})
    rudo = desk.signed_in("rudo")
    forced = under_duress(desk, "admin")
    page = f"/people/{person_id(desk, 'rudo')}"

    assert forced.post(f"{page}/end-sessions", page="/people/").status_code == 303
    assert forced.post(f"{page}/disable", page="/people/").status_code == 303

    assert "shut out" in forced.text("/people/")
    assert rudo.get("/desk/").status_code == 200


def test_a_database_does_not_tell_who_has_a_duress_password(desk: Desk) -> None:
    under_duress(desk)

    with desk.rooms.reading() as unit:
        people = unit.people.all()
        deeds = {audit.action for audit in unit.audits.all() if audit.person_id == person_id(desk, "tariro")}
    assert len({(len(person.duress_salt), len(person.duress_wrapped), person.duress_wrapped[:1]) for person in people}) == 1
    assert deeds == {"signed in", "changed a password", DURESS_ACTION}


def test_signing_in_under_duress_costs_what_signing_in_costs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    under_duress(desk)
    from handlers.protection import people as keys

    stretched: list[str] = []
    real = keys._stretch

    def counting(password: str, salt: bytes, cost: keys.Cost) -> bytes:
        stretched.append(password)
        return real(password, salt, cost)

    monkeypatch.setattr(keys, "_stretch", counting)
    counted = {}
    for password in (PASSWORD, DURESS, "wrong password"):
        stretched.clear()
        desk.browser().post("/sign-in", login="tariro", password=password)
        counted[password] = len(stretched)
    desk.browser().post("/sign-in", login="nobody", password=PASSWORD)

    assert set(counted.values()) == {2} and len(stretched) == 4


def test_leaving_ends_the_session_on_the_server_and_shows_a_harmless_page(desk: Desk) -> None:
    browser = desk.signed_in("tariro")

    answer = browser.client.post("/leave")

    assert answer.headers["Refresh"] == "0; url=https://www.bbc.com/weather/890299"
    assert not list(desk.redis.scan_iter("izwi:session:*"))
    assert browser.get("/desk/").location == "/sign-in"
    assert "Izwi" not in answer.text
    assert browser.client.post("/leave").status_code == 200


def test_every_page_has_a_way_to_leave(desk: Desk) -> None:
    browser = desk.signed_in("tariro")

    for path in ("/desk/", "/log/", "/people/", "/trail/", "/account/", "/account/app", "/desk/nothing"):
        assert 'action="/leave"' in browser.get(path).text, path
    assert 'action="/leave"' in desk.browser().get("/sign-in").text


def test_a_locked_name_is_let_in_by_a_code_or_by_an_administrator(desk: Desk) -> None:
    desk.rooms.people.add("admin", Role.ADMINISTRATOR, PASSWORD, held={})
    _, codes = set_up_app(desk, desk.signed_in("tariro"))
    desk.redis.flushall()
    browser = desk.browser()
    for _ in range(6):
        answer = browser.post("/sign-in", login="tariro", password="wrong")
    assert answer.status_code == 429 and "Let me try again" in answer.text

    assert browser.post("/sign-in/lift", page="/sign-in", login="tariro", code="wrong").status_code == 401
    assert browser.post("/sign-in/lift", page="/sign-in", login="nobody", code=codes[0]).status_code == 401
    assert browser.post("/sign-in/lift", page="/sign-in", login="tariro", code=codes[0]).status_code == 303
    assert browser.post("/sign-in", login="tariro", password=PASSWORD).location == "/sign-in/second"

    for _ in range(6):
        answer = browser.post("/sign-in", login="rudo", password="wrong")
    assert answer.status_code == 429
    desk.signed_in("admin").post(f"/people/{person_id(desk, 'rudo')}/lift", page="/people/")
    assert browser.post("/sign-in", login="rudo", password=PASSWORD).status_code == 303


def test_guesses_from_many_addresses_slow_a_name_down_but_not_where_it_came_in_before(desk: Desk) -> None:
    desk.signed_in("tariro")
    stranger = desk.browser()
    codes = []
    for number in range(31):
        where = {"REMOTE_ADDR": f"198.51.100.{number}"}
        codes.append(stranger.post("/sign-in", login="tariro", password="wrong", environ=where).status_code)

    assert codes[:30] == [401] * 30 and codes[30] == 429
    assert desk.browser().post("/sign-in", login="tariro", password=PASSWORD).status_code == 303
