"""Words looked for: which words of a text count as found, how surely, and that the quick look misses none of them."""

from __future__ import annotations

import json

import pytest

from config.settings import ROOT
from handlers.desk.search.wanted import MOST_WORDS, Band, Forms, band_in, folded, forms_of, lines_with, wanted_words
from handlers.triage.words import WORD
from tests.shipped import shipped_lookups


@pytest.fixture(scope="module")
def forms() -> Forms:
    return forms_of(shipped_lookups())


@pytest.mark.parametrize(
    ("looked_for", "word", "band"),
    [
        ("kurohwa", "kurohwa", Band.SAME),
        ("kurohwa", "akarohwa", Band.FORM),
        ("kurohwa", "ndakarohwa", Band.FORM),
        ("akarohwa", "kurohwa", Band.FORM),
        ("kurohwa", "kurokwa", Band.NEAR),
        ("masoja", "nemasoja", Band.FORM),
        ("ukutshaywa", "batshaya", Band.FORM),
        ("soldier", "soldiers", Band.FORM),
        ("beating", "beaten", Band.FORM),
        ("beating", "meeting", None),
        ("mari", "ari", None),
        ("kupondwa", "tikakandwa", None),
        ("soldiers", "sodliers", Band.NEAR),
        ("soldiers", "sodlier", None),
        ("road", "toad", None),
        ("2019", "2018", None),
    ],
)
def test_a_word_is_known_again(forms: Forms, looked_for: str, word: str, band: Band | None) -> None:
    (wanted,) = wanted_words(looked_for, forms)

    assert wanted.band(word) is band


def test_every_word_of_a_report_must_be_there_and_the_least_sure_counts(forms: Forms) -> None:
    wanted = wanted_words("masoja kurohwa", forms)

    assert band_in(folded("Masoja! Akarohwa..."), wanted) is Band.FORM
    assert band_in(folded("Masoja akarova"), wanted) is None
    assert band_in("", wanted) is None


def test_the_quick_look_misses_nothing_that_the_slow_one_finds(forms: Forms) -> None:
    texts = [
        folded(json.loads(line)["text"])
        for line in (ROOT / "bench" / "triage" / "develop.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    lines = "\n".join(texts)
    starts = [0]
    for text in texts[:-1]:
        starts.append(starts[-1] + len(text) + 1)

    for word in sorted({found for text in texts[::9] for found in WORD.findall(text)}):
        wanted = wanted_words(word, forms)
        slow = [number for number, text in enumerate(texts) if band_in(text, wanted) is not None]
        assert set(slow) <= set(lines_with(lines, starts, wanted)), word


def test_more_words_than_anybody_needs_are_left_out(forms: Forms) -> None:
    assert len(wanted_words(" ".join(f"word{number}" for number in range(50)), forms)) == MOST_WORDS
    assert wanted_words("?! ...", forms) == ()
