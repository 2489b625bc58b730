from hypothesis import given
from hypothesis import strategies as st

from handlers.desk.findings import Correction
from handlers.desk.showing import pieces, printable, without_numbers
from handlers.reports import Evidence, Finding

TEXT = "Moyo arova vanhu paChirasika, 0771000033"


def finding(stage: str, words: str, value: str = "x") -> Finding:
    start = TEXT.index(words)
    return Finding(stage=stage, value=value, label=value, evidence=(Evidence(start=start, end=start + len(words), words=words),))


def said(stage: str, *words: str) -> dict[str, Correction]:
    return {stage: Correction(stage=stage, values=words, labels=words, reason="", at=0, author_id="a")}


def test_private_words_are_taken_out_and_stand_when_they_are_asked_for() -> None:
    found = [finding("redaction", "0771000033", "number"), finding("redaction", "Moyo", "name")]

    hidden = "".join(piece.text for piece in pieces(TEXT, found, {}, as_written=False))
    written = "".join(piece.text for piece in pieces(TEXT, found, {}, as_written=True))

    assert hidden == "[name] arova vanhu paChirasika, [number]"
    assert written == TEXT


def test_another_finding_never_shows_a_part_of_a_private_word() -> None:
    found = [finding("place", "paChirasika, 0771"), finding("redaction", "0771000033", "number")]

    shown = "".join(piece.text for piece in pieces(TEXT, found, {}, as_written=False))

    assert "0771" not in shown and "[number]" in shown


def test_words_that_a_person_names_are_hidden_in_any_case_beside_what_triage_marked() -> None:
    found = [finding("redaction", "0771000033", "number")]

    shown = "".join(piece.text for piece in pieces(TEXT, found, said("redaction", "moyo"), as_written=False))

    assert shown == "[hidden] arova vanhu paChirasika, [number]"


def test_words_that_a_person_has_shown_again_are_shown_and_the_others_stay_hidden() -> None:
    found = [finding("redaction", "0771000033", "number"), finding("redaction", "Moyo", "name")]

    shown = "".join(piece.text for piece in pieces(TEXT, found, said("shown", "MOYO"), as_written=False))

    assert shown == "Moyo arova vanhu paChirasika, [number]"


def test_a_short_word_is_hidden_only_where_it_stands_alone() -> None:
    shown = "".join(piece.text for piece in pieces("Va Mo vari kwaMoyo", [], said("redaction", "mo"), as_written=False))

    assert shown == "Va [hidden] vari kwaMoyo"


def test_evidence_beyond_the_text_is_left_aside() -> None:
    far = Finding(
        stage="place", value="x", evidence=(Evidence(start=30, end=99, words="x"), Evidence(start=-4, end=2, words="x"))
    )

    assert "".join(piece.text for piece in pieces(TEXT, [far], {}, as_written=True)) == TEXT


def test_long_numbers_are_taken_out_however_they_are_written() -> None:
    assert without_numbers("From +263 77 000 0042 at 3") == "From [number] at 3"


spans = st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["place", "category", "redaction", "urgency"]))


@given(st.text(max_size=50), st.lists(spans, max_size=8))
def test_whatever_was_found_no_word_is_lost_or_doubled(text: str, found: list[tuple[int, int, str]]) -> None:
    findings = [
        Finding(stage=stage, value="x", label="x", evidence=(Evidence(start=start, end=end, words=""),))
        for start, end, stage in found
    ]

    shown = pieces(text, findings, {}, as_written=True)

    assert "".join(piece.text for piece in shown) == printable(text)


@given(st.text(st.characters(), max_size=80))
def test_every_text_can_be_put_on_a_page(text: str) -> None:
    assert len(printable(text)) == len(text)
    printable(text).encode("utf-8")
