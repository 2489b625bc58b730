from handlers.deletion import forget
from handlers.records import Purpose
from handlers.reports import ReportState
from tests.gateway.console.conftest import BEATING, Desk

RIVER = "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai."


def test_the_most_urgent_report_is_on_top(desk: Desk) -> None:
    bribe = desk.tell("Guards at the gate ask $20 from each group to enter at night. It is the same two since last week.")
    beating = desk.tell(BEATING)

    page = desk.signed_in().get("/desk/").text

    assert desk.report(beating).priority > desk.report(bribe).priority
    assert page.index(beating) < page.index(bribe)


def test_a_line_says_language_place_category_and_why_it_is_urgent(desk: Desk) -> None:
    desk.tell(BEATING)

    page = desk.signed_in().text("/desk/")

    assert all(word in page for word in ("Shona", "Chirasika", "new", "under an hour"))
    assert "Speaks of now" in page or "Danger" in page or "Asks for help" in page


def test_a_report_that_waits_rises_above_a_newer_one_of_a_little_more_priority(desk: Desk) -> None:
    old, new = desk.tell(), desk.tell()
    with desk.rooms.writing() as unit:
        unit.reports.change(old, priority=50, opened_hour=desk.report(old).opened_hour - 48)
        unit.reports.change(new, priority=55)
        unit.commit()

    page = desk.signed_in().get("/desk/").text

    assert page.index(old) < page.index(new)


def test_reports_are_counted_and_chosen_by_state(desk: Desk) -> None:
    closed, still_open = desk.tell(RIVER), desk.tell(BEATING)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{closed}", "reject", rejection="told twice")

    assert "Open 1" in browser.text("/desk/") and "Closed 1" in browser.text("/desk/")
    assert closed in browser.get("/desk/?state=closed").text
    assert still_open not in browser.get("/desk/?state=closed").text


def test_many_reports_are_shown_page_by_page(desk: Desk) -> None:
    ids = {desk.tell(RIVER) for _ in range(27)}
    browser = desk.signed_in()

    first, second = browser.get("/desk/").text, browser.get("/desk/?page=2").text

    shown = [{name for name in ids if name in page} for page in (first, second)]
    assert [len(names) for names in shown] == [25, 2]
    assert shown[0] | shown[1] == ids
    assert "Next page" in first and "Next page" not in second


def test_a_text_to_a_report_in_the_case_log_stands_in_the_inbox_until_it_is_read(desk: Desk) -> None:
    report_id = desk.tell()
    with desk.rooms.writing() as unit:
        unit.reports.change(report_id, state=ReportState.LOGGED, news=True)
        unit.commit()
    browser = desk.signed_in()

    assert "Open 1" in browser.text("/desk/")
    assert report_id in browser.get("/desk/").text
    browser.get(f"/desk/reports/{report_id}")
    assert "Open 0" in browser.text("/desk/")
    assert report_id not in browser.get("/desk/").text


def test_the_news_mark_goes_when_the_report_is_read_and_comes_back_with_a_new_text(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()

    browser.get(f"/desk/reports/{report_id}")
    assert not desk.report(report_id).news
    desk.follow(report_id, "Vauya zvakare izvozvi")

    assert desk.report(report_id).news
    assert "new" in browser.text("/desk/")


def test_a_report_that_its_source_had_deleted_shows_nothing(desk: Desk) -> None:
    report_id = desk.tell()
    contact_period = desk.rooms.keyring.current(Purpose.CONTACT)
    with desk.rooms.writing() as unit:
        forget(unit, unit.reports.get(report_id), keyring=desk.rooms.keyring, contact_period=contact_period)
        unit.commit()
    browser = desk.signed_in()

    assert desk.report(report_id).state is ReportState.DELETED
    assert report_id not in browser.get("/desk/").text
    assert report_id in browser.get("/desk/?state=deleted").text
    page = browser.get(f"/desk/reports/{report_id}").text
    assert "Its source had this report deleted" in page and "Send" not in page


def test_a_nonsense_filter_or_page_shows_the_inbox(desk: Desk) -> None:
    browser = desk.signed_in()

    for query in ("?state=nothing", "?page=-3", "?page=x", "?page=99999999999"):
        assert browser.get(f"/desk/{query}").status_code == 200
