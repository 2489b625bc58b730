import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from rapidfuzz import fuzz, utils

from bench.triage_examples import labelled as by_every_hand
from bench.triage_examples import written
from config.settings import ROOT

Labelled = dict[str, Any]

PARTS = ("develop", "scored")
# fmt: off
CODES = {
    "KILL", "DOG", "BEAT", "DETN", "SEXV", "DISP", "EXTO", "SYND", "SMUG",
    "LABR", "RELO", "MOVE", "ASSM", "PROP", "POLL", "MINE", "BENF", "THRT",
}
# fmt: on
LANGUAGES = {"sn", "nd", "en", "mixed"}
KINDS = {"number", "identity", "passport", "email", "plate", "name"}
NEEDED = {"id", "text", "lang", "cat", "place", "urgent", "author_style"}
ALLOWED = NEEDED | {"places", "redact", "note", "same_as"}

# The ranges kept for fiction, in the national form (and the North American one): nobody answers there.
RESERVED = re.compile(r"0(?:77|71|78)00000\d\d|07310000\d\d|120655501\d\d")
# Digits with what people type between them, long enough to be somebody's number.
DIGITS = re.compile(r"\d(?:[\s().+/-]{0,3}\d){6,}")
WORDS = {
    **dict.fromkeys(("zero", "iqanda", "qanda"), "0"),
    **dict.fromkeys(("one", "rimwe"), "1"),
    **dict.fromkeys(("two", "piri"), "2"),
    **dict.fromkeys(("three", "tatu", "kuthathu"), "3"),
    **dict.fromkeys(("four", "mana", "kune"), "4"),
    **dict.fromkeys(("five", "shanu", "hlanu"), "5"),
    **dict.fromkeys(("six", "tanhatu"), "6"),
    **dict.fromkeys(("seven", "nomwe", "isikhombisa"), "7"),
    **dict.fromkeys(("eight", "masere"), "8"),
    **dict.fromkeys(("nine", "mapfumbamwe"), "9"),
}
TIMES = {"double": 2, "triple": 3}


def part(name: str) -> list[Labelled]:
    lines = (ROOT / "bench" / "triage" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def everything() -> list[Labelled]:
    return [labelled for name in PARTS for labelled in part(name)]


def marked(kind: str) -> Iterator[str]:
    for labelled in everything():
        yield from (span["text"] for span in labelled.get("redact", []) if span["kind"] == kind)


def spoken(text: str) -> str:
    """Give the digits of a number that was written out in words."""
    digits, times = "", 1
    for word in re.findall(r"[a-z]+", text.lower()):
        digits += WORDS.get(word, "") * times
        times = TIMES.get(word, 1)
    return digits


def national(text: str) -> str:
    """Give a number as it is dialled at home, however it was typed."""
    typed = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"\D", "", re.sub("[Oo]", "0", typed)) if re.search(r"\d", typed) else spoken(typed)
    return re.sub(r"^(?:00)?2630?", "0", digits)


@pytest.mark.parametrize("name", PARTS)
def test_every_report_has_its_labels(name: str) -> None:
    for labelled in part(name):
        keys = set(labelled)
        assert keys >= NEEDED, labelled["id"]
        assert keys <= ALLOWED, labelled["id"]
        assert labelled["text"].strip(), labelled["id"]
        assert labelled["lang"] in LANGUAGES, labelled["id"]
        assert isinstance(labelled["urgent"], bool), labelled["id"]


@pytest.mark.parametrize("name", PARTS)
def test_every_category_is_known(name: str) -> None:
    for labelled in part(name):
        assert len(labelled["cat"]) <= 3, labelled["id"]
        assert len(labelled["cat"]) == len(set(labelled["cat"])), labelled["id"]
        assert set(labelled["cat"]) <= CODES, labelled["id"]


@pytest.mark.parametrize("name", PARTS)
def test_every_category_and_language_is_there_often_enough(name: str) -> None:
    labelled = part(name)
    categories = Counter(code for each in labelled for code in each["cat"])
    languages = Counter(each["lang"] for each in labelled)

    assert {code: categories[code] for code in CODES if categories[code] < 6} == {}
    assert {lang: languages[lang] for lang in LANGUAGES if languages[lang] < 30} == {}
    assert 0.30 <= sum(each["urgent"] for each in labelled) / len(labelled) <= 0.40


def test_there_are_at_least_four_hundred_reports() -> None:
    assert len(part("develop")) >= 220
    assert len(part("scored")) >= 240
    assert len(everything()) >= 400


def test_no_two_reports_share_an_id_or_a_text() -> None:
    ids = Counter(labelled["id"] for labelled in everything())
    texts = Counter(labelled["text"].casefold() for labelled in everything())

    assert [one for one, times in ids.items() if times > 1] == []
    assert max(texts.values()) == 1


@pytest.mark.parametrize("name", PARTS)
def test_a_report_of_the_same_incident_is_in_the_same_part(name: str) -> None:
    labelled = part(name)
    ids = {each["id"] for each in labelled}

    assert [each["id"] for each in labelled if "same_as" in each and each["same_as"] not in ids - {each["id"]}] == []


def test_several_places_begin_with_the_one_where_it_happened() -> None:
    for labelled in everything():
        if "places" in labelled:
            assert len(labelled["places"]) >= 2, labelled["id"]
            assert labelled["place"] in ("", labelled["places"][0]), labelled["id"]


def test_what_must_be_redacted_stands_in_the_text() -> None:
    for labelled in everything():
        for span in labelled.get("redact", []):
            assert span["kind"] in KINDS, labelled["id"]
            assert span["text"] in labelled["text"], labelled["id"]


def test_every_number_is_from_a_range_kept_for_fiction() -> None:
    numbers = list(marked("number"))

    assert len(numbers) >= 30
    assert [number for number in numbers if not RESERVED.fullmatch(national(number))] == []


def test_the_check_of_numbers_can_fail() -> None:
    assert RESERVED.fullmatch(national("00263 77 000 0011"))
    assert RESERVED.fullmatch(national("zero double seven, triple zero, zero zero one one"))
    assert not RESERVED.fullmatch(national("077 000 0111"))
    assert not RESERVED.fullmatch(national("zero seven seven one zero zero zero zero one one"))


def test_no_long_number_stands_in_a_text_unmarked() -> None:
    for labelled in everything():
        rest = labelled["text"]
        for span in labelled.get("redact", []):
            rest = rest.replace(span["text"], " ... ")

        assert not DIGITS.search(rest), labelled["id"]


def test_every_address_is_from_a_domain_kept_for_examples() -> None:
    addresses = list(marked("email"))

    assert addresses
    assert [address for address in addresses if not re.search(r"@example\.(?:com|net|org)$", address)] == []


def test_no_scored_report_is_nearly_a_report_to_develop_on() -> None:
    scored = [(each["id"], utils.default_process(each["text"])) for each in part("scored")]
    develop = [(each["id"], utils.default_process(each["text"])) for each in part("develop")]
    near = [
        (mine, theirs) for mine, text in scored for theirs, other in develop if fuzz.token_set_ratio(text, other, score_cutoff=90)
    ]

    assert near == []


def test_the_examples_that_ship_are_the_labelled_reports() -> None:
    """When this fails: `.venv/bin/python -m bench.triage_examples`, then `./izwi lists learn config`."""
    for name, text in written().items():
        assert (ROOT / "config" / name).read_text(encoding="utf-8") == text, name


def test_the_reports_of_other_hands_have_labels_that_are_known() -> None:
    for hand, report in by_every_hand():
        assert set(report["cat"]) <= CODES, (hand, report["id"])
        assert report["lang"] in LANGUAGES, (hand, report["id"])
        assert isinstance(report["urgent"], bool), (hand, report["id"])


def blind() -> list[Labelled]:
    files = sorted((ROOT / "bench" / "triage" / "blind").glob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_blind_reports_have_known_labels_and_what_must_be_redacted_stands_in_them() -> None:
    assert len(blind()) >= 500
    for labelled in blind():
        assert set(labelled["cat"]) <= CODES, labelled["id"]
        assert labelled["lang"] in LANGUAGES, labelled["id"]
        for span in labelled.get("redact", []):
            assert span["kind"] in KINDS | {"stand"}, labelled["id"]
            assert span["text"] in labelled["text"], labelled["id"]


def test_nothing_is_learned_from_the_blind_reports() -> None:
    told = {report["text"].casefold() for _, report in by_every_hand()}

    # A greeting of a few words is the same whoever writes it.
    longer = [labelled for labelled in blind() if len(labelled["text"].split()) > 4]
    assert [labelled["id"] for labelled in longer if " ".join(labelled["text"].split()).casefold() in told] == []
