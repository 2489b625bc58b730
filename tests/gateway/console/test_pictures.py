from tests.gateway.console.conftest import Desk


def test_x(desk: Desk) -> None:
    desk.tell()
    desk.app.testing = True
    page = desk.signed_in().get("/desk/pictures").text
    print(page[:3000])
    assert "Reports by day" in page
