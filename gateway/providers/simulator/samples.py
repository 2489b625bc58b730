"""Sample reports, made up, typed on the phones at the start of a demo."""

from __future__ import annotations

import threading

import requests

from gateway.providers.simulator.server import Simulator
from gateway.providers.simulator.side import TypedText

# phone, line, text
SAMPLES = (
    ("Phone 1", "twilio", "Masoja arova vanhu vatatu paChirasika nhasi mangwanani, mumwe akatyoka ruoko. Batsirai."),
    (
        "Phone 2",
        "africastalking",
        "Mbwa dzevarindi dzakaruma mukomana ane makore 15 pedyo nefenzi paMbada. Ari kuMukwada kirinika.",
    ),
    ("Phone 3", "whatsapp", "Guards at the gate ask $20 from each group to enter at night. It is the same two since last week."),
    ("Phone 4", "handset", "Amasotsha abotshe abantu abalitshumi eTinoengana, kasikaziukuthi bakuphi."),
    ("Phone 5", "africastalking", "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai."),
    ("Phone 6", "twilio", "Ndapota musandifonere. Mugodhi wadhirika kuBetera izvozvi, vanhu vashanu vari mukati."),
    ("Phone 7", "africastalking", "Takatamiswa kuArda Transau gore rapfuura, hatisati tapihwa muripo kana mvura."),
    (
        "Phone 8",
        "whatsapp",
        "Buyer with white Land Cruiser collects stones at Hot Springs every Friday, goes to the border.",
    ),
)
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 3.0
_BETWEEN = 0.3


def type_samples(simulator: Simulator, stopped: threading.Event) -> None:
    """Type every sample once, as soon as the product says that it takes texts."""
    if not _wait_for(simulator.config.product, stopped):
        return
    for name, line, text in SAMPLES:
        if stopped.wait(_BETWEEN):
            return
        simulator.desk.type_text(TypedText(phone=simulator.network.phones.find(name), line=line, text=text))


def _wait_for(product: str, stopped: threading.Event) -> bool:
    """Ask the product whether it lives, ever less often, until it does; give False if stopped meanwhile."""
    pause = _FIRST_PAUSE
    with requests.Session() as session:
        session.trust_env = False
        while not stopped.is_set():
            try:
                if session.get(product.rstrip("/") + "/health/live", timeout=2).ok:
                    return True
            except requests.RequestException:
                pass  # not up yet
            stopped.wait(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
    return False
