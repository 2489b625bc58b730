"""Reports made up to develop on: what language, places, kinds and urgency triage should see in each.

The figures here only guard against getting worse; they are no measure of quality, since the lists were written beside them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Telling, triage

Case = tuple[str, str, set[str], set[str], bool]

SAMPLES: list[Case] = [
    (
        "Masoja arova vanhu vatatu paChirasika nhasi mangwanani, mumwe akatyoka ruoko. Batsirai.",
        "sn",
        {"Chirasika"},
        {"BEAT"},
        True,
    ),
    (
        "Mbwa dzevarindi dzakaruma mukomana ane makore 15 pedyo nefenzi paMbada. Ari kuMukwada kirinika.",
        "sn",
        {"Mbada Hills", "Mukwada Clinic"},
        {"DOG"},
        True,
    ),
    (
        "Guards at the gate ask $20 from each group to enter at night. It is the same two since last week.",
        "en",
        set(),
        {"EXTO"},
        False,
    ),
    (
        "Amasotsha abotshe abantu abalitshumi eTinoengana, kasikaziukuthi bakuphi.",
        "nd",
        {"Tinoengana"},
        {"DETN", "DISP"},
        True,
    ),
    (
        "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai.",
        "sn",
        {"Odzi River", "Tonhorai"},
        {"POLL"},
        False,
    ),
    (
        "Ndapota musandifonere. Mugodhi wadhirika kuBetera izvozvi, vanhu vashanu vari mukati.",
        "sn",
        {"Betera"},
        {"MINE"},
        True,
    ),
    ("Takatamiswa kuArda Transau gore rapfuura, hatisati tapihwa muripo kana mvura.", "sn", {"Arda Transau"}, {"RELO"}, False),
    (
        "Buyer with white Land Cruiser collects stones at Hot Springs every Friday, goes to the border.",
        "en",
        {"Hot Springs"},
        {"SMUG"},
        False,
    ),
]

MADE_UP: list[Case] = [
    ("Two men were shot at Banda Hill tonight, please send help", "en", {"Banda Hill"}, {"KILL"}, True),
    ("SOLDIERS ARE BEATING PEOPLE AT CHIADZWA RIGHT NOW", "en", {"Chiadzwa"}, {"BEAT"}, True),
    ("Nobody was shot at Marange, the story is not true", "en", {"Marange"}, set(), False),
    ("In 2008 soldiers shot many diggers at Chiadzwa and the graves are still there", "en", {"Chiadzwa"}, {"KILL"}, False),
    ("My brother was arrested yesterday near Odzi and we do not know where he is", "en", {"Odzi"}, {"DETN", "DISP"}, True),
    (
        "They take bribes at the roadblock near Bezely Bridge, $5 for each car to pass",
        "en",
        {"Bezely Bridge"},
        {"EXTO", "MOVE"},
        False,
    ),
    ("A girl of 14 was raped by a guard near Mukwada clinic", "en", {"Mukwada Clinic"}, {"SEXV"}, True),
    ("The tunnel fell at Betera and four diggers are trapped", "en", {"Betera"}, {"MINE"}, True),
    ("The water of the Save river is brown and smells of chemicals, cattle are dying", "en", {"Save"}, {"POLL"}, False),
    ("Save us from these people, no jobs for our youths, the company hires outsiders", "en", set(), {"BENF"}, False),
    ("Police stopped our meeting at Nyanyadzi last Saturday", "en", {"Nyanyadzi"}, {"ASSM"}, False),
    ("They said they will kill me because they know I reported", "en", set(), {"THRT"}, True),
    ("Soldiers took our cattle at Tonorai two years ago", "en", {"Tonhorai"}, {"PROP"}, False),
    ("Children are digging for a syndicate of soldiers at Mbada Hills", "en", {"Mbada Hills"}, {"LABR", "SYND"}, True),
    ("Test", "en", set(), set(), False),
    ("ok 1234", "unknown", set(), set(), False),
    ("Akapfurwa nezuro manheru pa Chirasika, chitunha chichiri musango", "sn", {"Chirasika"}, {"KILL"}, True),
    ("vakomana vaviri varohwa nemasoja kuMukwada, vari kubuda ropa izvozvi", "sn", {"Mukwada"}, {"BEAT"}, True),
    ("Mudzimai akabatwa chibharo nemurindi kuZengeni", "sn", {"Zengeni"}, {"SEXV"}, True),
    ("Hapana akapfurwa kuMarange, inhema", "sn", {"Marange"}, set(), False),
    ("Vakasungwa vanhu vanomwe kuZvinodavanhu nhasi", "sn", {"Zvinodavanhu"}, {"DETN"}, True),
    ("Mwana wangu akanyangarika kuChishingwi, haasi kuonekwa kubva svondo rapera", "sn", {"Chishingwi"}, {"DISP"}, True),
    ("Mapurisa anoda chioko muhomwe kuti tipfuure paHot Springs", "sn", {"Hot Springs"}, {"EXTO"}, False),
    ("Guruva rawandisa, mvura yasviba kuChipindirwe", "sn", {"Chipindirwe"}, {"POLL"}, False),
    ("Takadzingwa mumisha yedu kuMafurere makore maviri apfuura", "sn", {"Mafurere"}, {"RELO"}, False),
    ("Vakatorerwa mombe nemasoja kuMuzama", "sn", {"Muzama"}, {"PROP"}, False),
    ("Vakanditi ndichafa kana ndikataura zvakare", "sn", set(), {"THRT"}, True),
    ("Magweja nemasoja vane sindiketi yavo kuChingome usiku", "sn", {"Chingome"}, {"SYND"}, False),
    ("Mutengi wengoda anobva kuMozambique achitenga girazi kuNyanyadzi", "sn", {"Mozambique", "Nyanyadzi"}, {"SMUG"}, False),
    ("Vana vari kuchera muMbada vasingabhadharwi", "sn", {"Mbada Hills"}, {"LABR"}, True),
    ("Wanhu watatu wakarohwa nemasoja kuCharamba", "sn", {"Charamba"}, {"BEAT"}, False),
    ("Havasi kutipa mabasa, kambani inotora vanhu vekuHarare chete", "sn", {"Harare"}, {"BENF"}, False),
    ("Amapholisa atshaye umfana eChiadzwa lamuhla, sicela usizo", "nd", {"Chiadzwa"}, {"BEAT"}, True),
    ("Indoda idutshulwe ngamasotsha eMarange izolo ebusuku", "nd", {"Marange"}, {"KILL"}, True),
    ("Abantwana ababili banyamalele eMukwada", "nd", {"Mukwada"}, {"DISP"}, True),
    ("Umgodi udilikile eBetera, abantu abahlanu baphakathi khathesi", "nd", {"Betera"}, {"MINE"}, True),
    ("Umfula iOdzi ungcolile, izinkomo zifile", "nd", {"Odzi River"}, {"POLL"}, False),
    ("Bafuna imali esangweni, isifumbathiso nsuku zonke", "nd", set(), {"EXTO"}, False),
    ("Saxotshwa emizini yethu eTinoengana nyakenye, akula incephezelo", "nd", {"Tinoengana"}, {"RELO"}, False),
    ("Akula muntu odutshulweyo eMarange", "nd", {"Marange"}, set(), False),
    (
        "Soldiers came and vakarova vanhu vese pamusha, they took all our money kuMarange",
        "mixed",
        {"Marange"},
        {"BEAT", "PROP"},
        False,
    ),
    # Nobody is in danger here: a false alarm, which it costs to find nearly all that are urgent.
    ("masoja akatora mombe dzedu we want them back please help us", "mixed", set(), {"PROP"}, True),
    ("Mari haisisina basa", "sn", set(), set(), False),
    ("Chiyadzwa kune vanhu varikurohwa nemagadhi nhasi", "sn", {"Chiadzwa"}, {"BEAT"}, True),
    ("Guards set dogs on diggers at Zvipiripri this morning, three bitten", "en", {"Zvipiripiri"}, {"DOG"}, True),  # too careful
]


def seen(telling: Telling, taught: Lookups) -> Case:
    findings = triage(telling, taught, ()).findings
    language = next(finding.value for finding in findings if finding.stage == "language")
    places = {taught.gazetteer.by_id[finding.value].name for finding in findings if finding.stage == "place"}
    kinds = {finding.value for finding in findings if finding.stage == "category" and finding.weight >= 0.4}
    urgent = any(finding.stage == "urgency" and finding.value == "urgent" for finding in findings)
    return telling.text, language, places, kinds, urgent


@pytest.mark.parametrize("case", SAMPLES, ids=range(len(SAMPLES)))
def test_the_sample_reports_of_the_domain_come_out_right(case: Case, taught: Lookups, tell: Callable[..., Telling]) -> None:
    assert seen(tell(case[0]), taught) == case


@pytest.mark.parametrize("case", MADE_UP, ids=range(len(MADE_UP)))
def test_made_up_reports_come_out_right(case: Case, taught: Lookups, tell: Callable[..., Telling]) -> None:
    assert seen(tell(case[0]), taught) == case
