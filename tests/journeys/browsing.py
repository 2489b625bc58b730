"""A browser without scripts, over real HTTP: it fills in the forms that a page holds."""

from __future__ import annotations

import re
from typing import Any

import requests

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')


class Browser:
    """One person at the pages of a line. What it is shown is kept, for the sweep to see that no number is in it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self.seen: list[bytes] = []

    def get(self, path: str) -> requests.Response:
        answer = self._session.get(self._url + path, timeout=20)
        self.seen.append(answer.content)
        return answer

    def act(self, page: str, action: str, *, sound: bytes | None = None, **form: Any) -> requests.Response:
        """Press a button of a page, with the token and the version that it holds, and a recording if there is one."""
        shown = self.get(page).text
        token, version = _TOKEN.search(shown), _VERSION.search(shown)
        data = {"csrf_token": token.group(1) if token else "", "version": version.group(1) if version else "", **form}
        files = {"sound": ("sound", sound, "audio/wav")} if sound is not None else None
        answer = self._session.post(self._url + (f"{page}/{action}" if action else page), data=data, files=files, timeout=40)
        self.seen.append(answer.content)
        assert answer.status_code == 200, (page, action, answer.status_code)
        return answer

    def sign_in(self, login: str, password: str) -> Browser:
        self.act("/sign-in", "", login=login, password=password)
        return self

    def reports(self) -> list[str]:
        """Give the pages of the reports in the inbox, the most urgent first."""
        return list(dict.fromkeys(re.findall(r'href="(/desk/reports/[0-9a-f]+)"', self.get("/desk/").text)))

    def verify(self, page: str) -> None:
        """Grade a report and bring its incident to where it may be logged."""
        self.act(page, "grade", source="B", information="3", text="told before", first_hand="yes")
        self.act(page, "join", incident="")
        found = re.search(r"/desk/incidents/[0-9a-f]+", self.get(page).text)
        assert found is not None
        for standing in ("reasonable_suspicion", "reasonable_grounds"):
            self.act(found.group(), "standing", standing=standing, reason="two clinics say so")

    def propose(self, page: str, summary: str) -> str:
        """Propose a report for the case log; give the page of the proposal."""
        seal = re.search(r'name="confirmed" value="([0-9a-f]+)"', self.get(f"{page}/propose").text)
        assert seal is not None
        answer = self.act(
            f"{page}/propose",
            "",
            confirmed=seal.group(1),
            summary=summary,
            categories=["BEAT"],
            kp_hooks=["KP-AnnexII"],
            place="",
            day="2026-11-20",
            step="week",
            people="1 to 4",
            actors=["army"],
        )
        found = re.search(r"/desk/proposals/[0-9a-f]+", answer.url + answer.text)
        assert found is not None
        return found.group()
