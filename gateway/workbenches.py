"""What does the work: the doers of every kind, put together for a process of workers."""

from __future__ import annotations

from config.settings import Settings
from gateway import wiring
from gateway.accounts import recipients
from gateway.call_backs import call_backs, calling_back
from gateway.lists.live import Renewed
from gateway.wiring import House
from handlers.records import Work, WorkKind
from handlers.work.answering import Answering, Caps
from handlers.work.disguising import Disguising
from handlers.work.erasing import Erasing, ErasingFiles
from handlers.work.fetching import Fetching
from handlers.work.forwarding import Forwarding
from handlers.work.sending import Sending
from handlers.work.triaging import Triaging
from handlers.work.workbench import Doer, Outcome, Workbench


def workbench(house: House) -> Workbench:
    """Give what does the work."""
    writing, reading = house.units
    keyring, clock = house.keyring, house.clock
    carriers = wiring.clients(house)
    answering = _answering(house)
    triaging = Triaging(
        writing=writing,
        reading=reading,
        keyring=keyring,
        clock=clock,
        lookups=house.lookups,
        answering=answering,
        erase_at_provider=house.settings.erase_at_provider,
    )
    return Workbench(
        writing=writing,
        clock=house.clock,
        doers={
            WorkKind.TRIAGE: triaging,
            WorkKind.ANSWER: answering,
            WorkKind.SEND: Sending(
                writing=writing,
                keyring=keyring,
                clock=clock,
                tag_key=house.boot.derive("delivery tag"),
                clients=carriers,
                pace=wiring.reply_pace(house.settings),
            ),
            WorkKind.FORWARD: Forwarding(
                writing=writing, reading=reading, keyring=keyring, recipients=recipients(house.settings)
            ),
            WorkKind.CALL_BACK: calling_back(house, wiring.telephonies(house), wiring.RenewedIntake(house).take_in),
            **_of_files(house),
        },
    )


def _answering(house: House) -> Answering:
    writing, reading = house.units
    return Answering(
        writing=writing,
        reading=reading,
        keyring=house.keyring,
        clock=house.clock,
        receipt_key=house.boot.derive("receipt tag"),
        replies=house.live.now().compiled.replies,
        words=house.words,
        caps=_caps(house.settings),
        erase_at_provider=house.settings.erase_at_provider,
        call_backs=call_backs(house),
    )


def _of_files(house: House) -> dict[WorkKind, Doer]:
    """Give what fetches files, disguises them, and has them erased at their provider."""
    writing, reading = house.units
    keyring, blobs, telephonies = house.keyring, house.blobs, wiring.telephonies(house)
    erasing = ErasingFiles(clock=house.clock, is_wanted=house.settings.erase_at_provider)
    return {
        WorkKind.ERASE: Erasing(
            writing=writing, reading=reading, keyring=keyring, clients=wiring.clients(house), telephonies=telephonies
        ),
        WorkKind.FETCH: Fetching(writing=writing, keyring=keyring, telephonies=telephonies, blobs=blobs, erasing=erasing),
        WorkKind.DISGUISE: Disguising(
            writing=writing, keyring=keyring, blobs=blobs, renders=wiring.render_recording, erasing=erasing
        ),
    }


class RenewedWorkbench:
    """Does the work by the lists that are in force."""

    def __init__(self, house: House) -> None:
        self._bench = Renewed(house.live, lambda: workbench(house))
        self._bench()

    def do(self, work_id: str) -> tuple[Outcome, Work | None]:
        """Do a piece of work, as `Workbench` does."""
        return self._bench().do(work_id)

    def put_off(self, work: Work, *, reason: str, permanent: bool = False) -> Outcome:
        """Put a piece of work off, as `Workbench` does."""
        return self._bench().put_off(work, reason=reason, permanent=permanent)


def _caps(settings: Settings) -> Caps:
    return Caps(
        acknowledge=settings.acknowledge,
        language=settings.reply_languages[0],
        per_source_per_day=settings.acknowledge_per_source_per_day,
        per_hour=settings.acknowledge_per_hour,
    )
