"""Each stage on what is hard for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Telling, prioritise, redacted, triage

Tell = Callable[..., Telling]


def of(stage: str, telling: Telling, lookups: Lookups, recent: tuple[Telling, ...] = ()) -> list[Finding]:
    return [finding for finding in triage(telling, lookups, recent).findings if finding.stage == stage]


@pytest.mark.parametrize(
    ("text", "variety"),
    [
        ("Wanhu watatu wakarohwa nemasoja zwino", "manyika"),
        ("Masoja auya nyamusi ngekuti vandhu vanocera dhuze nelwizi", "ndau"),
        ("Masoja arova vanhu nhasi", None),
    ],
)
def test_a_variety_of_shona_is_noted_apart_from_the_language(
    text: str, variety: str | None, lookups: Lookups, tell: Tell
) -> None:
    findings = triage(tell(text), lookups, ()).findings

    assert next(finding.value for finding in findings if finding.stage == "language") == "sn"
    assert [finding.value for finding in findings if finding.stage == "variety"] == ([variety] if variety else [])


@pytest.mark.parametrize("text", ["", "   ", "....", "12345", "\x00", "😀😀😀"])
def test_a_text_without_known_words_has_an_unknown_language(text: str, lookups: Lookups, tell: Tell) -> None:
    assert [finding.value for finding in of("language", tell(text), lookups)] == ["unknown"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kuChiadzwa", "chiadzwa-village"),
        ("KUCHIADZWA", "chiadzwa-village"),
        ("ku-Chiadzwa", "chiadzwa-village"),
        ("vekuChiadzwa", "chiadzwa-village"),
        ("eChiadzwa", "chiadzwa-village"),
        ("Chiadzwani", "chiadzwa-village"),
        ("at Chiadzva", "chiadzwa-village"),
        ("at Mkwada", "mukwada-village"),
        ("at Mwukwada", "mukwada-village"),
        ("kuMmupangayi", "mupangayi-village"),
        ("kwaTonorai", "tonhorai-village"),
        ("at Chilasika", "chirasika-village"),
        ("at Chisingwi", "chishingwi-village"),
        ("at Nyannyadzi", "nyanyadzi-place"),
        ("near Muedzengwa", "mudzeengwa-village"),
        ("paHotsprings", "hot-springs-place"),
        ("hot springs", "hot-springs-place"),
        ("Ada-Transau", "arda-transau-place"),
        ("near Birchenuogh", "birchenough-bridge-place"),
        ("Mukwada clinic", "mukwada-clinic-clinic"),
        ("rwizi Odzi", "odzi-river-river"),
        ("in Odzi", "odzi-town"),
        ("ward 29", "ward-29-ward"),
        ("Save river", "save-river"),
    ],
)
def test_a_place_is_found_under_its_spellings_and_prefixes(text: str, place: str, lookups: Lookups, tell: Tell) -> None:
    assert [finding.value for finding in of("place", tell(f"Vanhu {text} nhasi"), lookups)] == [place]


@pytest.mark.parametrize("text", ["Save us now", "they save money", "Her mother is sick", "muromo wake", "Machiadzi", "chirema"])
def test_an_everyday_word_is_no_place(text: str, lookups: Lookups, tell: Tell) -> None:
    assert of("place", tell(text), lookups) == []


def test_a_village_is_never_taken_without_a_person(lookups: Lookups, tell: Tell) -> None:
    village, ward = (of("place", tell(text), lookups)[0] for text in ("paBetera", "ward 28"))

    assert any("a person confirms" in reason for reason in village.reasons)
    assert not any("a person confirms" in reason for reason in ward.reasons)
    assert "2008" in ward.label


@pytest.mark.parametrize("text", ["Nobody was killed here", "Hapana akaurayiwa", "Akula obulewe lamuhla, akekho obulawe"])
def test_what_is_denied_stays_as_a_doubt_and_is_not_urgent(text: str, lookups: Lookups, tell: Tell) -> None:
    telling = tell(text)

    kinds = {finding.value: finding for finding in of("category", telling, lookups)}
    assert kinds["KILL"].weight < 0.4
    assert any("denies" in reason for reason in kinds["KILL"].reasons)
    assert of("urgency", telling, lookups)[0].value == "not urgent"


@pytest.mark.parametrize(
    "text",
    ["Two years ago soldiers killed my brother", "Akaurayiwa makore matatu apfuura", "He was killed in 2009", "Wabulawa kudala"],
)
def test_what_happened_years_ago_is_kept_as_its_kind_and_is_not_urgent(text: str, lookups: Lookups, tell: Tell) -> None:
    telling = tell(text)

    assert of("category", telling, lookups)[0].value == "KILL"
    assert of("urgency", telling, lookups)[0].value == "not urgent"


def test_a_past_sentence_does_not_hide_what_happens_now(lookups: Lookups, tell: Tell) -> None:
    telling = tell("In 2008 soldiers killed diggers here. Today they arrested five people.")

    assert of("urgency", telling, lookups)[0].value == "urgent"


def test_one_hint_is_no_category_but_two_are(lookups: Lookups, tell: Tell) -> None:
    assert of("category", tell("The river"), lookups) == []
    assert [finding.value for finding in of("category", tell("The river has dust"), lookups)] == ["POLL"]


def test_a_cue_within_a_longer_one_counts_for_the_longer(lookups: Lookups, tell: Tell) -> None:
    kinds = [finding.value for finding in of("category", tell("Akabatwa chibharo"), lookups)]

    assert kinds == ["SEXV"]


def test_more_people_are_more_urgent(lookups: Lookups, tell: Tell) -> None:
    weights = [of("urgency", tell(f"{count} people were beaten"), lookups)[0].weight for count in (1, 3, 7, 12, 80)]

    assert weights == sorted(weights)
    assert weights[0] < weights[-1]


def test_now_and_this_morning_together_are_urgent_to_the_hair(lookups: Lookups, tell: Tell) -> None:
    (urgency,) = of("urgency", tell("Today and this morning the same"), lookups)

    assert (urgency.weight, urgency.value) == (0.45, "urgent")


def test_urgency_does_not_ask_who_reports(lookups: Lookups, tell: Tell) -> None:
    text = "Masoja arova vanhu nhasi"

    assert triage(tell(text, source=None), lookups, ()) == triage(tell(text, source="known"), lookups, ())


def test_every_point_of_the_priority_is_a_sentence_with_its_list(lookups: Lookups, tell: Tell) -> None:
    (priority,) = of("priority", tell("Mugodhi wadhirika izvozvi"), lookups)

    assert any(reason.startswith("Speaks of now: 'izvozvi' (lexicons/signs.sn.txt line ") for reason in priority.reasons)
    assert priority.reasons[-1].startswith(f"Together {priority.value} of 100")


def test_a_corrected_category_moves_the_priority(lookups: Lookups, tell: Tell) -> None:
    before = triage(tell("They killed two men at Betera today"), lookups, ())

    without = [finding for finding in before.findings if finding.stage not in ("category", "urgency")]
    after = prioritise(without, lookups)

    assert after.priority < before.priority
    assert after.findings[-1].stage == "priority"


WORDS = "Soldiers came to the village at night and took three men from their homes near the river"


def test_nearly_the_same_words_name_the_other_report(lookups: Lookups, tell: Tell) -> None:
    other = tell(WORDS.upper() + "!!", report="r2", source="s2")

    (finding,) = of("duplicates", tell(WORDS, source="s1"), lookups, (other,))

    assert finding.value == "r2"
    assert any("passed on" in reason for reason in finding.reasons)


def test_a_text_within_a_longer_forward_is_recognised(lookups: Lookups, tell: Tell) -> None:
    other = tell(f"Forwarded as received from a neighbour of my cousin who lives there: {WORDS}. Please share.", report="r2")

    findings = triage(other, lookups, (tell(WORDS, report="r3"),)).findings

    assert [finding.value for finding in findings if finding.stage == "duplicates"] == ["r3"]
    assert [finding.value for finding in findings if finding.stage == "forwarded"] == ["forwarded"]


def test_two_people_may_both_say_help(lookups: Lookups, tell: Tell) -> None:
    assert of("duplicates", tell("Batsirai!", source="s1"), lookups, (tell("Batsirai!", report="r2", source="s2"),)) == []


def test_a_report_is_no_duplicate_of_itself(lookups: Lookups, tell: Tell) -> None:
    assert of("duplicates", tell(WORDS), lookups, (tell(WORDS),)) == []


def test_other_numbers_in_the_same_words_are_pointed_out(lookups: Lookups, tell: Tell) -> None:
    other = tell(f"{WORDS} on the 14th", report="r2")

    (finding,) = of("duplicates", tell(f"{WORDS} on the 21st"), lookups, (other,))

    assert any("numbers differ" in reason for reason in finding.reasons)


def test_two_thousand_recent_texts_do_not_slow_a_text_down(lookups: Lookups, tell: Tell) -> None:
    words = WORDS.split()
    recent = tuple(
        tell(" ".join(words[step % 17 :] + words[: step % 17]) + f" {step}", report=f"r-{step}") for step in range(2000)
    )
    telling = tell(WORDS)

    began = time.process_time()
    for _ in range(5):
        triage(telling, lookups, recent)

    assert (time.process_time() - began) / 5 < 0.05  # 5 ms on a quiet machine; ten times that on a laden one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call 0770000012 now", "Call [number] now"),
        ("Call +263 77 000 0012 now", "Call [number] now"),
        ("fona 077-000-0012", "fona [number]"),
        ("0 7 7 0 0 0 0 0 1 2", "[number]"),
        ("(077) 000.0012!", "[number]!"),
        ("٠٧٧٠٠٠٠٠١٢", "[number]"),
        ("o77ooooo12", "[number]"),
        ("zero seven seven zero zero zero zero one two", "[number]"),
        ("ID 63-1234567 A 42", "ID [identity]"),
        ("id 631234567a42 please", "id [identity] please"),
        ("passport FN123456", "passport [passport]"),
        ("write tendai.m@example.org", "write [email]"),
        ("truck ABC 1234 and AEB1234", "truck [plate] and [plate]"),
        ("stand 4512 Sakubva", "[address] Sakubva"),
        ("My name is Tendai Moyo and I saw it", "My name is [name] and I saw it"),
        ("my name is tendai", "my name is [name]"),
        ("Zita rangu ndinonzi Chipo", "Zita rangu ndinonzi [name]"),
        ("Ndini Farai", "Ndini [name]"),
        ("Ibizo lami nguThabo", "Ibizo lami [name]"),
        ("vaMutasa vakarohwa", "[name] vakarohwa"),
        ("Mai Rudo varwara", "Mai [name] varwara"),
        ("sabhuku Chenai akauya", "sabhuku [name] akauya"),
        ("SaZuze wanoti ivhu rawira", "[name] wanoti ivhu rawira"),
        ("uBonginkosi uhlezi lapha", "[name] uhlezi lapha"),
        ("Umfundi wami u-Ayanda", "Umfundi wami u-[name]"),
        ("inkukhu zikaMaSibanda zifile", "inkukhu [name] zifile"),
        ("Tonderayi is my name", "[name] is my name"),
        ("Our leader goes by the nickname Razor", "Our leader goes by the nickname [name]"),
        ("Mwana wangu Shupikai haasati adzoka", "Mwana wangu [name] haasati adzoka"),
        ("ID 63-700 70 07 P 70", "ID [identity]"),
        ("44 - 000202 - D - 44", "[identity]"),
        ("63 dash 404040 Y 63", "[identity]"),
        ("passport E N 0 0 7 7 0 0", "passport [passport]"),
        ("passport AD.101.011", "passport [passport]"),
        ("Fortuner A E L 9 0 9 0", "Fortuner [plate]"),
        ("lorry acx 1020", "lorry [plate]"),
        ("find.precious(at)example.org", "[email]"),
        ("Reply shumba-legal at example.org.", "Reply [email]."),
        ("stand B 12 Arda", "[address] Arda"),
        ("esitendini 63-A", "[address]"),
        ("stand twenty-two B", "[address]"),
        ("fona seventy-one, 000, 0083", "fona [number]"),
        ("o77 two 000 o39", "[number]"),
    ],
)
def test_what_points_to_a_person_is_marked(text: str, expected: str, lookups: Lookups, tell: Tell) -> None:
    assert redacted(text, triage(tell(text), lookups, ()).findings) == expected


@pytest.mark.parametrize(
    "text",
    [
        "In the 2008 election",
        "On 12-05-2024 they came",
        "I am very afraid",
        "vaChiadzwa vanotambura",
        "$20 from each",
        "ward 29",
        "50 people and 20 cattle",
        "ndiri kutya",
        "kusukela ngoMvulo kuze kube lamuhla",
        "we meet at St. Andrews at 8",
        "and 2008 was the worst year",
        "stand up and speak",
        "from Monday to Friday",
        "two or three hundred people",
    ],
)
def test_what_points_to_nobody_is_left(text: str, lookups: Lookups, tell: Tell) -> None:
    assert redacted(text, triage(tell(text), lookups, ()).findings) == text


def test_reports_apart_in_time_say_how_far(lookups: Lookups, tell: Tell) -> None:
    telling = tell(WORDS)
    other = tell(WORDS, report="r2", at=telling.received_at - timedelta(hours=3))

    assert "3 h earlier" in of("duplicates", telling, lookups, (other,))[0].reasons[0]
