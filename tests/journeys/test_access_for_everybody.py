"""Every page of the desk for everybody: axe finds nothing, in light and dark, wide and narrow; nothing scrolls sideways; the
keyboard alone is enough. The pages are taken from the routes and the templates, so that a new one cannot be forgotten."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import template_rendered

from config.settings import ROOT
from handlers.records import RecordingState, Role
from tests.conftest import PASSWORD
from tests.gateway.console.conftest import BEATING, Desk
from tests.gateway.console.test_people import invited, set_up_app
from tests.gateway.console.test_recordings import with_recording
from tests.journeys.test_console_in_a_browser import Screen, address, chromium, desk, lookups, pytestmark

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["address", "chromium", "desk", "lookups"]

pytestmark = [*pytestmark, pytest.mark.slow, pytest.mark.timeout(600)]

TEMPLATES = ROOT / "gateway" / "console" / "templates"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
_NO_PAGES = ("/static/", "/webhooks/", "/speech/", "/health/", "/metrics")
_FILES = ("/sound", "/voice", "/export.json")  # what these answer is no page
WIDE, NARROW = {"width": 1100, "height": 800}, {"width": 320, "height": 640}


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """Give what axe finds, each with the element that it is about."""
    found = page.evaluate(f"axe.run(document, {json.dumps({'resultTypes': ['violations'], **options})})")
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


def owed(page: Page) -> list[str]:
    """Give what a page owes to everybody and does not give."""
    wrong: list[str] = []
    page.evaluate(Axe().axe_script)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            is_first = scheme == "light"
            only = {"type": "tag", "values": _RULES} if is_first else {"type": "rule", "values": ["color-contrast"]}
            wrong += [f"{scheme} {size['width']}: {each}" for each in violations(page, {"runOnly": only})]
        page.emulate_media(contrast="more")
        enhanced = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
        wrong += [f"{scheme}, more contrast: {each}" for each in violations(page, enhanced)]
        page.emulate_media(contrast="no-preference")
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    wrong += [f"scrolls sideways at 320: {width}, {_widest(page)}"] if width > 320 else []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    wrong += ["moves where no motion is wanted"] if page.evaluate(_MOVES) else []
    page.emulate_media(reduced_motion="no-preference")
    page.set_viewport_size(WIDE)
    return wrong


_MOVES = """[...document.querySelectorAll("*")].some((each) => {
  const style = getComputedStyle(each);
  return parseFloat(style.transitionDuration) > 0.001 || parseFloat(style.animationDuration) > 0.001;
})"""


def _widest(page: Page) -> list[str]:
    script = """[...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > 321)
      .map((each) => each.outerHTML.slice(0, 120)).slice(-3)"""
    found: list[str] = page.evaluate(script)
    return found


class Visit:
    """Goes from page to page, and gathers what each owes and is called."""

    def __init__(self, browser: Browser, address: str, login: str = "") -> None:
        self.screen = Screen(browser, address, width=1100, scripts=True)
        self.page = self.screen.page
        self.page.set_default_timeout(30_000)
        self.owed: dict[str, list[str]] = {}
        self.titles: dict[str, str] = {}
        if login:
            self.screen.sign_in(login)
            self.page.wait_for_url(re.compile(r"/(desk|people|log|$)"))

    def see(self, name: str) -> None:
        """Look at the page that is there."""
        if wrong := owed(self.page):
            self.owed[name] = wrong
        self.titles[name] = self.page.title()

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.see(path)

    def send(self, at: str, action: str, **fields: str) -> None:
        """Send a form of a page, and look at what comes."""
        self.page.goto(at)
        self.send_here(action, **fields)

    def send_here(self, action: str, **fields: str) -> None:
        with self.page.expect_navigation():
            self.page.evaluate(_SEND, [action, fields])
        self.see(f"→ {action}")


_SEND = """([action, fields]) => {
  const form = [...document.forms].find((each) => new RegExp(action + "$").test(each.getAttribute("action")));
  for (const [name, value] of Object.entries(fields)) {
    const made = () => form.appendChild(Object.assign(document.createElement("input"), { name, type: "hidden" }));
    const field = form.elements[name] || made();
    field.value = value;
  }
  HTMLFormElement.prototype.submit.call(form);
}"""


@pytest.fixture
def shown(desk: Desk) -> Iterator[set[str]]:
    """The templates that pages were made from."""
    names: set[str] = set()

    def note(_sender: Any, template: Any, **_more: Any) -> None:
        names.add(template.name)

    template_rendered.connect(note, desk.app)
    yield names
    template_rendered.disconnect(note, desk.app)


def furnish(desk: Desk) -> dict[str, str]:
    """Put something of everything on the desk; give what stands in for the variable part of each route."""
    tariro, rudo = desk.signed_in("tariro"), desk.signed_in("rudo")
    report_id = desk.tell(BEATING + " Call me 0712000033.")
    recording_id = with_recording(desk, report_id, RecordingState.DISGUISED)
    with_recording(desk, desk.tell(""), RecordingState.UNREADABLE)
    proposal_id = desk.proposed(tariro)
    rudo.act(f"/desk/proposals/{proposal_id}", "approve")
    waiting_id = desk.proposed(tariro)
    with desk.rooms.reading() as unit:
        logged_id = unit.proposals.get(proposal_id).report_id
    with desk.rooms.writing() as unit:
        unit.reports.change(report_id, receipt_tag=b"a receipt")
        unit.commit()
    tariro.post("/desk/monitors/add", page="/desk/monitors", name="Baobab", language="sn", grade="B")
    found = re.search(r"/desk/monitors/([0-9a-f]{8,})", tariro.get("/desk/monitors").text)
    assert found
    return {
        "report_id": report_id,
        "recording_id": recording_id,
        "proposal_id": waiting_id,
        "logged_proposal_id": proposal_id,
        "incident_id": str(desk.report(logged_id).incident_id),
        "monitor_id": found.group(1),
        "index": "0",
        "room": "words",
        "file": "automatic.en.txt",
        "number": "0",
        "key": "main",
        "language": "sn",
    }


def paths(desk: Desk, values: dict[str, str]) -> list[str]:
    """Give the address of every page that is opened by a link, from the routes of the app."""
    made = []
    for rule in desk.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.rule.startswith(_NO_PAGES) or rule.rule.endswith(_FILES):
            continue
        missing = rule.arguments - set(values)
        assert not missing, f"{rule.rule}: say in `furnish` what stands for {missing}"
        made.append(re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda match: values[match.group(1)], rule.rule))
    return sorted(made)


# Which templates each test below sees; together they are all.
LINKED = {
    *("inbox", "report", "propose", "speak", "incidents", "incident", "proposal", "approvals", "concerned", "search"),
    *("pictures", "keys"),
    *("lists", "list", "list_version", "monitors", "monitor", "prompts", "prompt", "hear", "entries", "entry"),
    *("people", "trail", "account", "account_app", "account_passkey", "invitation"),
}
ANSWERED = {"list", "weighed", "enrolled", "account_codes", "invited", "original", "failure"}
AT_THE_DOOR = {"sign_in", "second_step", "slowed", "waiting"}
_NOT_SHOWN = {"leave": "leads away at once", "card": "a sheet of paper, with no bar"}


def test_no_template_of_a_page_is_forgotten() -> None:
    pages = {path.stem for path in TEMPLATES.glob("*.html") if not path.name.startswith("_")} - {"base"}

    assert pages - LINKED - ANSWERED - AT_THE_DOOR - set(_NOT_SHOWN) == set(), "let a test of this file look at it"


def wrong_of(visit: Visit, shown: set[str], wanted: set[str]) -> list[str]:
    """Give all that is wrong with the pages of a visit, one line each."""
    missing = {f"{name}.html" for name in wanted} - shown
    lines = [f"{path}: {each}" for path, found in visit.owed.items() for each in found]
    return [*lines, *(f"{name} was not shown" for name in sorted(missing))]


def test_every_page_that_a_link_opens(desk: Desk, address: str, chromium: Browser, shown: set[str]) -> None:
    values = furnish(desk)
    visit = Visit(chromium, address.replace("127.0.0.1", "localhost"), "tariro")

    for path in paths(desk, values):
        if path not in ("/", "/sign-in", "/sign-in/second") and "/card/" not in path and not path.endswith("/pulse"):
            visit.go(path)
    visit.go(f"/desk/proposals/{values['logged_proposal_id']}")

    wrong = wrong_of(visit, shown, LINKED)
    assert not wrong, "\n".join(wrong)
    titles = Counter(title for path, title in visit.titles.items() if "/proposals/" not in path and path != "/desk/next")
    assert [title for title, count in titles.items() if count > 1] == []


def test_every_page_that_a_form_is_answered_with(desk: Desk, address: str, chromium: Browser, shown: set[str]) -> None:
    values = furnish(desk)
    visit = Visit(chromium, address, "tariro")
    name = f"/desk/lists/{values['room']}/{values['file']}"
    text = (ROOT / "config" / values["room"] / values["file"]).read_text(encoding="utf-8")

    visit.send("/desk/search", "/search", words="rova")
    visit.send("/desk/search", "/search", words="rova", source="no source")
    visit.send(name, "/try", text=f"{text}# Another line.\n")
    visit.send(name, "/try", text="not a line of a list\n")
    visit.send("/desk/lists", "/weigh")
    visit.send("/desk/monitors", "/add", name="")
    visit.send("/desk/monitors", "/add", name="Marula", language="sn", grade="")
    visit.send(f"/desk/monitors/{values['monitor_id']}", "/word")
    visit.send("/people/", "/invite", login="chipo", role="coordinator")
    visit.send("/people/", "/invite", login="C", role="coordinator")
    visit.send("/account/", "/password", current="wrong", new="twelve letters", again="twelve letters")
    visit.page.goto("/account/app")
    secret = visit.page.locator("input[name=secret]").input_value()
    visit.send_here("/app", code=pyotp.TOTP(secret).at(int(desk.rooms.clock())), current=PASSWORD)
    report = f"/desk/reports/{values['report_id']}"
    visit.send(report, "/original", reason="to hear a name of a place")
    visit.go("/nowhere")

    wrong = wrong_of(visit, shown, ANSWERED)
    assert not wrong, "\n".join(wrong)


def test_every_page_at_the_door(desk: Desk, address: str, chromium: Browser, shown: set[str]) -> None:
    set_up_app(desk, desk.signed_in("rudo"))
    desk.rooms.people.add("chipo", Role.ADMINISTRATOR, PASSWORD, held={})
    code = invited(desk.signed_in("tariro"), "farai", "coordinator")
    desk.browser().post("/invitation", code=code, password=PASSWORD, again=PASSWORD)
    visit = Visit(chromium, address)

    visit.go("/sign-in")
    visit.send("/sign-in", "/sign-in", login="tariro", password="wrong")
    visit.send("/invitation", "/invitation", code="wrong", password=PASSWORD, again=PASSWORD)
    visit.send("/sign-in", "/sign-in", login="rudo", password=PASSWORD)
    visit.send("/sign-in/second", "/second", code="000000")
    visit.send("/sign-in", "/sign-in", login="farai", password=PASSWORD)
    visit.page.get_by_role("button", name="Sign out").click()
    visit.send("/sign-in", "/sign-in", login="chipo", password=PASSWORD)
    visit.page.get_by_role("button", name="Sign out").click()
    for _ in range(6):
        desk.browser().post("/sign-in", login="nobody", password="wrong")
    visit.send("/sign-in", "/sign-in", login="nobody", password="wrong")

    wrong = wrong_of(visit, shown, AT_THE_DOOR | {"people"})
    assert not wrong, "\n".join(wrong)


def test_every_page_in_shona_fits_too(desk: Desk, address: str, chromium: Browser) -> None:
    values = furnish(desk)
    visit = Visit(chromium, address, "tariro")
    visit.page.goto("/account/")
    visit.page.get_by_role("button", name="chiShona").click()
    visit.page.wait_for_load_state()
    visit.page.set_viewport_size(NARROW)
    wide = {}

    for path in paths(desk, values):
        if path not in ("/", "/sign-in", "/sign-in/second") and "/card/" not in path and not path.endswith("/pulse"):
            visit.page.goto(path)
            visit.screen.keep(f"shona{path.replace('/', '-')}")
            if visit.page.evaluate("document.documentElement.scrollWidth") > 320:
                wide[path] = _widest(visit.page)

    assert not wide, wide


class Keyboard:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, name: str, *, backwards: bool = False) -> None:
        """Press Tab until something of this name has the focus; each stop on the way must be seen."""
        for _ in range(250):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            at = self.page.evaluate(_FOCUSED)
            assert at["seen"], f"the focus is not seen on {at['html']}"
            if re.search(name, at["name"], re.MULTILINE):
                return
        raise AssertionError(f"the keyboard does not come to {name}")

    def press(self, name: str) -> None:
        self.to(name)
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def fill(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.type(text)


_FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const labels = [...(at.labels || [])].map((each) => each.innerText);
  const names = [at.getAttribute("aria-label"), ...labels, at.innerText, at.getAttribute("href")];
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {
    name: names.filter(Boolean).map((each) => each.trim()).join("\\n"),
    seen: at === document.body || (outlined && box.width > 0 && box.bottom > 0 && box.top < innerHeight),
    html: at.outerHTML.slice(0, 120),
  };
}"""


def test_from_the_door_to_a_proposal_by_keyboard_alone(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = desk.verified(desk.signed_in("rudo"))
    page = Screen(chromium, address, scripts=True).page
    keys = Keyboard(page)
    page.goto("/sign-in")

    page.wait_for_function("document.activeElement.name === 'login'")  # the first field has the focus
    page.keyboard.type("tariro")
    keys.fill("^Password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    keys.press("Skip to the content")
    keys.press(f"/desk/reports/{report_id}")
    page.wait_for_url(f"**/desk/reports/{report_id}")
    keys.press(f"/desk/reports/{report_id}/propose")
    page.wait_for_url("**/propose")
    keys.fill("^What happened", "Diggers were beaten by guards; one was taken to a clinic.")
    keys.fill("^People", "1 to 4")
    for box in ("army", "I have read these texts"):
        keys.to(box)
        page.keyboard.press("Space")
    keys.press("^Propose$")

    page.get_by_text("You proposed it, so another person must approve it.").wait_for()
