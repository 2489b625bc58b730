"""What the clock calls, each by its name in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.logs import get_log
from gateway import wiring
from gateway.webhooks import TakesIn
from gateway.wiring import House
from handlers.events import Event
from handlers.intake import Taken
from handlers.upkeep.closing import Closing
from handlers.upkeep.hearing import Hearing
from handlers.upkeep.reconciling import Reconciling
from handlers.upkeep.retention import Keeping, Retention
from handlers.upkeep.sweeping import Sweeping

log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the clock calls."""

    house: House
    closing: Closing
    retention: Retention
    reconciling: Reconciling
    sweeping: Sweeping
    hearing: Hearing
    intake: TakesIn

    def drain_spool(self) -> None:
        """Take in what was kept while the database was away."""
        drained = self.house.spool.drain(self.intake.take_in)
        if drained:
            log.info("spool_drained", count=drained)

    def close_periods(self) -> None:
        """Destroy the keys whose day is over, and overwrite them."""
        closed = self.closing.close_due()
        if closed:
            self.scrub()
            log.info("periods_closed", count=closed)

    def destroy_old(self) -> None:
        """Destroy what was kept long enough, and overwrite it."""
        destroyed = self.retention.destroy_due()
        if destroyed:
            self.scrub()
            log.info("periods_destroyed", count=destroyed)

    def scrub(self) -> None:
        """Overwrite what was deleted; what cannot be just now is the next time."""
        if not self.house.database.scrub():
            log.warning("scrub_put_off")

    def sweep_blobs(self) -> None:
        """Remove the blobs that nothing opens any more."""
        removed = self.sweeping.sweep()
        if removed:
            log.info("blobs_removed", count=removed)

    def clear_replies(self) -> None:
        """Destroy what was needed to hear replies that were heard, or that nobody called for."""
        cleared = self.hearing.clear()
        if cleared:
            log.info("replies_cleared", count=cleared)

    def reconcile(self) -> None:
        """Bring in what no webhook brought."""
        for provider, outcome in self.reconciling.reconcile().items():
            log.info("reconciled", provider=provider, outcome=outcome)


def upkeep_of(house: House) -> Upkeep:
    """Give what the clock calls."""
    writing, reading = house.units
    settings, taking, carriers = house.settings, wiring.RenewedIntake(house), wiring.clients(house)
    keeping = Keeping(
        reports=settings.report_days,
        contacts=settings.contact_days,
        originals=settings.original_days,
        deliveries=settings.delivery_days,
    )
    return Upkeep(
        house=house,
        closing=Closing(
            writing=writing,
            reading=reading,
            keyring=house.keyring,
            clock=house.clock,
            grace_hours=settings.period_grace_hours,
        ),
        retention=Retention(writing=writing, reading=reading, clock=house.clock, keeping=keeping),
        reconciling=Reconciling(
            clients=carriers, telephonies=wiring.telephonies(house), take_in=_forgiving(taking), clock=house.clock
        ),
        hearing=Hearing(writing=writing, reading=reading, clock=house.clock, days=settings.contact_days),
        sweeping=Sweeping(reading=reading, blobs=house.blobs),
        intake=taking,
    )


def _forgiving(taking: TakesIn) -> Callable[[Event], Taken | None]:
    """Take in what a list holds; one that cannot be taken in must not keep out those after it, and is met again next time."""

    def take_in(event: Event) -> Taken | None:
        try:
            return taking.take_in(event, from_list=True)
        except Exception as error:
            log.error("listed_event_not_taken_in", provider=event.provider, exc_info=error)
            return None

    return take_in
