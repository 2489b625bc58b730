"""Short neutral questions to a source: they name no subject, since handsets are looked at.

They are put into the form, where a coordinator changes them before sending.
"""

from __future__ import annotations

from collections.abc import Mapping

_QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "Where?": "Thank you. Where was it? The name of the place is enough. Delete this message.",
        "When?": "Thank you. When was it? The day is enough. Delete this message.",
        "How many?": "Thank you. How many people? No names, please. Delete this message.",
        "Help?": "Thank you. Does anyone need help now? No names, please. Delete this message.",
        "Seen it?": "Thank you. Did you see it, or were you told? Delete this message.",
    },
    # Shona and Ndebele: to be read by a local speaker before they are relied on.
    "sn": {
        "Where?": "Tatenda. Zvakaitika kupi? Zita renzvimbo rakakwana. Dzimai meseji iyi.",
        "When?": "Tatenda. Zvakaitika rini? Zuva rakakwana. Dzimai meseji iyi.",
        "How many?": "Tatenda. Vanhu vangani? Musanyora mazita. Dzimai meseji iyi.",
        "Help?": "Tatenda. Pane anoda rubatsiro izvozvi here? Musanyora mazita. Dzimai meseji iyi.",
        "Seen it?": "Tatenda. Makazviona here, kana kuti makaudzwa? Dzimai meseji iyi.",
    },
    "nd": {
        "Where?": "Siyabonga. Kwenzakale ngaphi? Ibizo lendawo lanele. Cisha umlayezo lo.",
        "When?": "Siyabonga. Kwenzakale nini? Usuku lwanele. Cisha umlayezo lo.",
        "How many?": "Siyabonga. Bangaki abantu? Ungabhali amabizo. Cisha umlayezo lo.",
        "Help?": "Siyabonga. Ukhona odinga usizo khathesi? Ungabhali amabizo. Cisha umlayezo lo.",
        "Seen it?": "Siyabonga. Ukubonile na, kumbe utsheliwe? Cisha umlayezo lo.",
    },
}


def questions(language: str) -> Mapping[str, str]:
    """Give the questions in a language: what they ask, and the text. English where there are none."""
    return _QUESTIONS.get(language, _QUESTIONS["en"])


def question(name: str, language: str) -> str:
    """Give the text of one question; empty if there is none of that name."""
    return questions(language).get(name, "")
