"""Each of the eight sample reports is explained on its page, so that a person who reads no code can say why it stands there."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.gateway.console.conftest import Desk

# text, what the page calls it, sentences that say why, words that are marked in the text
SAMPLES = {
    "beating": (
        "Masoja arova vanhu vatatu paChirasika nhasi mangwanani, mumwe akatyoka ruoko. Batsirai.",
        "Beating, torture or forced postures",
        ("'arova' speaks of: beating", "Speaks of now: 'nhasi'", "Asks for help: 'Batsirai'", "Speaks of 3 people: 'vatatu'"),
        ("arova", "akatyoka", "vatatu", "paChirasika", "nhasi", "Batsirai"),
    ),
    "dogs": (
        "Mbwa dzevarindi dzakaruma mukomana ane makore 15 pedyo nefenzi paMbada. Ari kuMukwada kirinika.",
        "Dog set on a person",
        ("taken together, may speak of: dog set on a person", "Speaks of a child: 'mukomana'", "names Mbada Hills"),
        ("Mbwa", "dzakaruma", "mukomana", "paMbada", "kuMukwada"),
    ),
    "bribe": (
        "Guards at the gate ask $20 from each group to enter at night. It is the same two since last week.",
        "Bribe, entry fee or roadblock money",
        ("'ask $20' speaks of: bribe", "Less urgent: it was days or weeks ago ('last week')", "No place that is known was found"),
        ("ask $20",),
    ),
    "arrest": (
        "Amasotsha abotshe abantu abalitshumi eTinoengana, kasikaziukuthi bakuphi.",
        "Detention, denial of food or water",
        ("'abotshe' speaks of: detention", "Danger to life or freedom", "Speaks of 10 people", "names Tinoengana"),
        ("abotshe", "eTinoengana", "abalitshumi"),
    ),
    "river": (
        "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai.",
        "Rivers, dust, blasting, dead cattle",
        ("'mombe nhatu dzafa' speaks of: rivers", "Speaks of the last hours or days: 'svondo rino'", "names Odzi River"),
        ("rwachinja ruvara", "mombe nhatu dzafa", "svondo rino", "kwaTonhorai"),
    ),
    "mine": (
        "Ndapota musandifonere. Mugodhi wadhirika kuBetera izvozvi, vanhu vashanu vari mukati.",
        "Collapse or accident in a mine",
        ("'wadhirika' speaks of: collapse", "People may be shut in or under the ground: 'vari mukati'", "Speaks of 5 people"),
        ("wadhirika", "izvozvi", "vari mukati", "vashanu", "kuBetera"),
    ),
    "moved": (
        "Takatamiswa kuArda Transau gore rapfuura, hatisati tapihwa muripo kana mvura.",
        "Forced relocation, compensation",
        (
            "'Takatamiswa' speaks of: forced relocation",
            "Speaks of years ago: 'gore rapfuura'",
            "Less urgent: it speaks of years ago",
        ),
        ("Takatamiswa", "kuArda Transau", "gore rapfuura", "muripo"),
    ),
    "buyer": (
        "Buyer with white Land Cruiser collects stones at Hot Springs every Friday, goes to the border.",
        "Smuggling or illicit buying",
        ("'Buyer' speaks of: smuggling", "Nothing in it speaks of now, of danger or of help", "names Hot Springs"),
        ("Buyer", "stones", "border"),
    ),
}


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_report_says_why_it_stands_where_it_stands(desk: Desk, name: str) -> None:
    text, label, sentences, marked = SAMPLES[name]
    report_id = desk.tell(text)
    desk.rooms.clock.go_on(hours=8)
    priority = desk.report(report_id).priority

    page = desk.signed_in().get(f"/desk/reports/{report_id}").text

    heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None and label in heading.group(1)
    said = plain(page)
    assert all(sentence in said for sentence in sentences), [each for each in sentences if each not in said]
    _assert_it_adds_up(page, priority)
    _assert_no_jargon(page)
    words = " ".join(re.findall(r'<mark class="of-\w+"[^>]*>([^<]+)</mark>', page.split('class="hint legend"')[0]))
    assert all(word in unescape(words) for word in marked), words


def _assert_it_adds_up(page: str, priority: int) -> None:
    """Add up the points as a person does with the page in hand."""
    table = re.search(r'<table class="sum">(.*?)</table>', page, re.DOTALL)
    assert table is not None
    rows = [
        (plain(sentence), int(worth.replace("−", "-").replace("+", "")))
        for sentence, worth in re.findall(r"<th scope=\"row\">(.*?)</th><td>([−+]?\d+)</td>", table.group(1), re.DOTALL)
    ]
    names = [sentence for sentence, _ in rows]
    end = names.index("Priority")
    assert sum(worth for _, worth in rows[:end]) == rows[end][1] == priority
    assert rows[end + 1 :] == [("8 hours waiting", 4), ("It stands in the inbox at", priority + 4)]
    assert f"Why it stands at {priority + 4}" in page
    assert "+4 for 8 hours waiting" in page


def _assert_no_jargon(page: str) -> None:
    """Say that a list is only named behind a sentence, and that what a list holds is not put before a reader."""
    findings = page.split('<section id="findings"')[1].split("</section>", maxsplit=1)[0]
    for item in re.findall(r"<li>(.*?)</li>", findings, re.DOTALL):
        sentence = re.sub(r'<a class="ref".*?</a>', "", item, flags=re.DOTALL)
        assert plain(sentence).endswith((".", "'", ")")), sentence
        assert not re.search(r"\.txt|\bline \d|-\w+-|\b[A-Z]{4}\b|%", plain(sentence)), sentence
    for line in re.findall(r'<a class="ref" href="([^"]+)"', findings):
        assert re.fullmatch(r"/desk/lists/\w+/[\w.]+\.txt#line-\d+", line)
