"""The pages in the language of their reader, and the catalogues that they are said from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from click.testing import CliRunner

from config.settings import ROOT
from gateway.cli import languages as command
from gateway.console.languages import CATALOGUE, FOLDER, languages
from tests.gateway.console.conftest import TOKEN, Browser, Desk

CATALOGUES = sorted(FOLDER.glob(f"*/{CATALOGUE}"))
TEMPLATES = ROOT / "gateway" / "console" / "templates"
_PLACES = re.compile(r"%\((\w+)\)[sd]")
_TAGS = re.compile(r"<[^>]+>")
_JINJA = re.compile(r"\{% trans.*?%\}.*?\{% endtrans %\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
UNWRAPPED = {"card.html": "a card is in the language of its monitor, from the lists"}


@pytest.fixture(scope="module")
def words() -> Catalog:
    return command.words_of_pages()


def forms(message: Message) -> list[tuple[str, str]]:
    """Give each form of a sentence with its translation."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    one, many = message.id
    return [(one, message.string[0]), *((many, string) for string in message.string[1:])]


def in_shona(desk: Desk, *, login: str = "") -> Browser:
    browser = desk.signed_in(login) if login else desk.browser()
    browser.post("/sign-in/language", page="/account/" if login else "/sign-in", language="sn")
    return browser


def test_shona_is_there() -> None:
    assert "sn" in {path.parents[1].name for path in CATALOGUES}
    assert languages() == {"en": "English", "sn": "chiShona"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_every_sentence_of_the_pages_is_in_every_catalogue(path: Path, words: Catalog) -> None:
    catalogue = command.read(path)

    wanted = {str(message.id) for message in words if message.id}
    there = {str(message.id) for message in catalogue if message.id and command.is_translated(message.string)}

    assert wanted - there == set(), "run ./izwi languages, then translate what it added"
    assert there - wanted == set(), "run ./izwi languages"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_a_translation_holds_what_is_filled_in_and_the_tags_of_its_sentence_and_no_others(path: Path) -> None:
    wrong = []
    for message in command.read(path):
        for source, said in forms(message) if message.id else []:
            is_alike = (
                sorted(_PLACES.findall(source)) == sorted(_PLACES.findall(said))
                and sorted(_TAGS.findall(source)) == sorted(_TAGS.findall(said))
                and source.count('"') == said.count('"')  # it may stand in an attribute
                and "%" not in _PLACES.sub("", said).replace("%%", "")
            )
            if not is_alike:
                wrong.append((source, said))

    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_what_the_pages_load_is_what_the_catalogue_says(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == command.compiled(command.read(path)), "run ./izwi languages"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_a_catalogue_says_whether_a_speaker_has_checked_it(path: Path) -> None:
    head = path.read_text(encoding="utf-8")[:600]

    assert "MADE WITHOUT A SPEAKER" in head or "Checked by" in head


def test_the_command_leaves_catalogues_that_are_up_to_date_as_they_are() -> None:
    before = {path: path.read_bytes() for path in CATALOGUES}

    done = CliRunner().invoke(command.languages)

    assert done.exit_code == 0, done.output
    assert "0 still in English" in done.output
    assert {path: path.read_bytes() for path in CATALOGUES} == before


@pytest.mark.parametrize("code", ["../up", "zzzz", "sn"])
def test_a_language_that_is_none_or_there_already_is_not_begun(code: str) -> None:
    done = CliRunner().invoke(command.languages, ["--new", code])

    assert done.exit_code != 0


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_word_of_a_page_stands_outside_the_catalogues(path: Path) -> None:
    if path.name in UNWRAPPED:
        return
    bare = _JINJA.sub("", path.read_text(encoding="utf-8"))
    bare = re.sub(r"<kbd>[^<]*</kbd>", "", bare)  # as they stand on keyboards
    told = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z]{3}[^"]*)"', bare)

    words = [word for word in re.findall(r"[A-Za-z]{2,}[^<>]*", _TAGS.sub("<>", bare)) if word.strip() != "Izwi"]

    assert [word for word in words if word.strip()] + told == []


def test_a_browser_that_asks_for_shona_gets_it_and_its_pages_say_so(desk: Desk) -> None:
    page = desk.browser().get("/sign-in", headers={"Accept-Language": "sn-ZW,en;q=0.5"})

    assert '<html lang="sn">' in page.text
    assert "Pasiwedhi" in page.text


@pytest.mark.parametrize("asked", ["", "fr", "*", "nonsense;;q=x", "en-GB"])
def test_every_other_browser_gets_english(desk: Desk, asked: str) -> None:
    page = desk.browser().get("/sign-in", headers={"Accept-Language": asked})

    assert '<html lang="en-GB">' in page.text
    assert "Password" in page.text


def test_the_language_chosen_before_signing_in_stays_on_all_pages_until_another_is_chosen(desk: Desk) -> None:
    browser = in_shona(desk)
    token = TOKEN.search(browser.get("/sign-in").text)
    assert token
    browser.client.post("/sign-in", data={"csrf_token": token.group(1), "login": "tariro", "password": "correct horse battery"})

    assert '<html lang="sn">' in browser.get("/account/").text
    browser.post("/sign-out", page="/account/")
    assert '<html lang="sn">' in browser.get("/sign-in", headers={"Accept-Language": "en"}).text
    browser.post("/sign-in/language", page="/sign-in", language="en")
    assert '<html lang="en-GB">' in browser.get("/sign-in", headers={"Accept-Language": "sn"}).text


def test_who_leaves_in_a_hurry_leaves_no_language_behind(desk: Desk) -> None:
    browser = in_shona(desk, login="tariro")

    browser.post("/leave", page="/account/")

    assert '<html lang="en-GB">' in browser.get("/sign-in").text


def test_the_choice_is_a_form_like_others_and_leads_back(desk: Desk) -> None:
    browser = desk.browser()

    assert browser.client.post("/sign-in/language", data={"language": "sn"}).status_code == 400
    assert browser.post("/sign-in/language", page="/sign-in", language="sn").location == "/sign-in"
    assert browser.post("/sign-in/language", page="/sign-in", language="klingon").location == "/sign-in"
    assert '<html lang="sn">' in browser.get("/sign-in").text
    assert in_shona(desk, login="tariro").post("/sign-in/language", page="/account/", language="sn").location == "/account/"


@pytest.mark.parametrize(
    "path",
    [
        *("/desk/", "/desk/search", "/desk/lists", "/desk/lists/words/stop.txt", "/desk/monitors", "/desk/prompts"),
        *("/desk/prompts/hear", "/log/", "/people/", "/trail/", "/account/", "/account/app", "/desk/proposals/", "/nowhere"),
        *("/desk/pictures", "/desk/pictures?share=1", "/desk/incidents", "/desk/keys", "/desk/?filters="),
    ],
)
def test_every_page_can_be_shown_in_shona(desk: Desk, path: str) -> None:
    desk.tell()
    browser = in_shona(desk, login="tariro")

    page = browser.get(path)

    assert '<html lang="sn">' in page.text
    assert "%(" not in page.text
    assert ">Skip to the content<" not in page.text


def test_what_goes_wrong_is_said_in_shona_too(desk: Desk) -> None:
    browser = in_shona(desk, login="tariro")

    page = browser.post("/account/password", page="/account/", current="wrong", new="twelve letters", again="twelve letters")

    assert "Iyi haisi pasiwedhi yenyu yezvino" in page.text


def test_times_are_told_in_the_language_of_the_page(desk: Desk) -> None:
    english, shona = desk.signed_in("tariro").text("/trail/"), in_shona(desk, login="tariro").text("/trail/")

    assert re.search(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} \w{3} 2026, \d\d h", english)
    assert re.search(r"(Muv|Chp|Cht|Chn|Chs|Mug|Svo) \d{1,2} \w{3} 2026, \d\d h", shona)
    assert "akapinda" in shona


def test_what_was_found_and_why_is_told_in_the_language_of_the_page(desk: Desk) -> None:
    report_id = desk.tell()

    english, shona = (
        desk.signed_in().text(f"/desk/reports/{report_id}"),
        in_shona(desk, login="tariro").text(f"/desk/reports/{report_id}"),
    )

    assert "Harm to a person: " in english and "Kukuvadzwa kwemunhu: " not in english
    assert "Kukuvadzwa kwemunhu: " in shona and "Harm to a person: " not in shona


def test_a_refusal_with_a_number_in_it_is_said_in_the_language_of_the_page(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"

    refused = in_shona(desk, login="tariro").act(page, "hide", words="\n".join(f"shoko{number}" for number in range(2000)))

    assert refused.status_code == 400
    assert "stands in none of its texts" not in refused.text and "words or phrases" not in refused.text


def test_the_pictures_tell_days_in_the_language_of_the_page(desk: Desk) -> None:
    desk.tell()

    assert " kusvika " in in_shona(desk, login="tariro").text("/desk/pictures")
    assert " kusvika " not in desk.signed_in().text("/desk/pictures")
