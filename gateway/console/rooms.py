"""The services of the desk, made once for an app from what the console was given."""

from __future__ import annotations

from flask import current_app, g

from gateway.console.pending import Pending
from gateway.console.presence import Looking
from gateway.console.services import ConsoleServices
from gateway.console.sessions import Sessions
from gateway.console.undoing import Undoing
from handlers.desk.approving import Approving
from handlers.desk.board.boards import Boards
from handlers.desk.bringing import Bringing
from handlers.desk.correcting import Correcting
from handlers.desk.drafting import Drafting
from handlers.desk.enrolling import Enrolling
from handlers.desk.entries import Entries
from handlers.desk.inbox.bulk import Bulk
from handlers.desk.inbox.facets import Facets
from handlers.desk.inbox.filters import SavedFilters
from handlers.desk.incidents import Incidents
from handlers.desk.inviting import Inviting
from handlers.desk.judging import Judging
from handlers.desk.marking import Marking
from handlers.desk.meanwhile import Meanwhile
from handlers.desk.office import Office
from handlers.desk.originals import Originals
from handlers.desk.passwords import Passwords
from handlers.desk.pictures.looking import Pictures
from handlers.desk.prompting import Prompting
from handlers.desk.proposing import Proposing
from handlers.desk.reading import Reading
from handlers.desk.replying import Replying
from handlers.desk.search.searching import Searching
from handlers.desk.search.shelf import Shelves
from handlers.desk.second_steps import SecondSteps
from handlers.desk.speaking import Speaking
from handlers.desk.voices import Voices
from handlers.desk.weighing import Weighing
from storage import picture_queries, search_queries
from storage.queries import prompt_index

_EXTENSION = "izwi_console"
EMPTY_DESK = "empty_desk"


class Console:
    """The services of the desk as the views use them."""

    def __init__(self, given: ConsoleServices) -> None:
        self.given = given
        self.clock = given.clock
        compiled = given.editing.in_force().compiled
        self.office = Office(given.writing, given.reading, given.keyring, compiled.lookups, given.clock)
        self.answers = compiled.answers
        self.reading = Reading(self.office)
        self.weighing = Weighing(self.office)
        self.judging = Judging(self.office)
        self.correcting = Correcting(self.office)
        self.voices = Voices(self.office, given.blobs)
        self.marking = Marking(self.office)
        self.drafting = Drafting(self.office)
        self.originals = Originals(self.office, given.blobs, given.renders)
        self.replying = Replying(self.office, given.pace, given.our_names)
        self.speaking = Speaking(self.office, given.blobs, given.renders)
        self.incidents = Incidents(self.office)
        self.boards = Boards(self.office, given.covered)
        self.proposing = Proposing(self.office)
        self.bringing = Bringing(self.office)
        self.approving = Approving(
            self.office, log_writing=given.log_writing, log_reading=given.log_reading, connectors=given.connector_names
        )
        self.entries = Entries(self.office, log_reading=given.log_reading)
        self.enrolling = Enrolling(
            writing=given.writing, reading=given.reading, keys=given.spoken.monitor_keys, clock=given.clock
        )
        self.prompting = Prompting(
            writing=given.writing,
            reading=given.reading,
            index=prompt_index,
            normalise=given.spoken.normalise,
            clock=given.clock,
        )
        self.searching = Searching(self.office, search_queries)
        self.pictures = Pictures(self.office, picture_queries)
        self.shelves = Shelves(idle_seconds=given.session_idle_seconds)
        self._sort(given)
        self._know_people(given)

    def _sort(self, given: ConsoleServices) -> None:
        """Make what the inbox stands on."""
        self.facets = Facets(self.office, search_queries)
        self.inbox_shelves = Shelves(idle_seconds=given.session_idle_seconds)
        self.saved_filters = SavedFilters(self.office)
        self.bulk = Bulk(self.office)
        self.undoing = Undoing(given.redis)
        self.meanwhile = Meanwhile(self.office)
        self.looking = Looking(given.redis, given.clock)

    def _know_people(self, given: ConsoleServices) -> None:
        self.sessions = Sessions(
            given.redis,
            reading=given.reading,
            clock=given.clock,
            idle_seconds=given.session_idle_seconds,
            max_seconds=given.session_max_seconds,
            only_of=given.duress_of,
        )
        self.pending = Pending(given.redis)
        self.passwords = Passwords(writing=given.writing, reading=given.reading, clock=given.clock)
        self.steps = SecondSteps(writing=given.writing, reading=given.reading, clock=given.clock, key=given.steps_key)
        self.inviting = Inviting(given.people, writing=given.writing, reading=given.reading, clock=given.clock)

    def forget(self, session_id: str) -> None:
        """Forget what was opened in a session that ends."""
        self.shelves.drop(session_id)
        self.inbox_shelves.drop(session_id)

    def renewed(self) -> Console:
        """Give the console as the lists in force have it: this one, or one that takes its place."""
        if self.given.duress_of is not None:
            return self
        if self.given.editing.in_force().compiled.lookups is self.office.lookups:
            return self
        fresh = Console(self.given)
        fresh.install()
        return fresh

    def install(self) -> None:
        """Make this the console of the current app."""
        current_app.extensions[_EXTENSION] = self


def console() -> Console:
    """Give the console of this request: the app's, or the empty one of somebody who signed in under duress."""
    empty = g.get(EMPTY_DESK)
    return empty if isinstance(empty, Console) else real_console()


def real_console() -> Console:
    """Give the console of the current app."""
    found = current_app.extensions[_EXTENSION]
    assert isinstance(found, Console)  # noqa: S101 - tells mypy what `install` put there
    return found.renewed()
