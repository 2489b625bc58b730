from handlers.desk.findings import Correction, newest, put_together
from handlers.reports import Finding


def found(stage: str, value: str, weight: float = 1.0) -> Finding:
    return Finding(stage=stage, value=value, weight=weight)


def corrected(stage: str, *values: str, at: float = 0) -> Correction:
    return Correction(stage=stage, values=values, labels=values, reason="", at=at, author_id="tariro")


def values(items: object) -> list[tuple[str, str]]:
    return [(item.finding.stage, item.finding.value) for item in items]  # type: ignore[attr-defined]


def test_a_report_has_what_any_of_its_messages_had_each_once() -> None:
    whole = put_together(
        [
            ("one", [found("category", "BEAT", 0.5), found("language", "sn", 0.6)]),
            ("two", [found("category", "BEAT", 0.9), found("category", "DETN"), found("language", "en", 0.9)]),
        ],
        {},
    )

    assert values(whole) == [("category", "DETN"), ("category", "BEAT"), ("language", "en")]
    beating = next(item for item in whole if item.finding.value == "BEAT")
    assert beating.finding.weight == 0.9 and beating.message_ids == ("one", "two")


def test_the_newest_correction_wins_over_triage_and_over_older_ones() -> None:
    corrections = newest([corrected("category", "POLL", "MINE", at=9), corrected("category", "KILL", at=3)])

    whole = put_together([("one", [found("category", "BEAT"), found("place", "chiadzwa")])], corrections)

    assert sorted(values(whole)) == [("category", "MINE"), ("category", "POLL"), ("place", "chiadzwa")]


def test_a_correction_to_nothing_leaves_nothing() -> None:
    assert put_together([("one", [found("place", "chiadzwa")])], newest([corrected("place")])) == ()


def test_not_urgent_weighs_nothing() -> None:
    (urgency,) = put_together([("one", [found("urgency", "urgent")])], newest([corrected("urgency", "not urgent")]))

    assert urgency.finding.weight == 0.0
