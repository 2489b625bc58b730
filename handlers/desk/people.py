"""The people of a desk: the ceremony that founds it, who may sign in, and which compartments each holds."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from nacl.signing import SigningKey

from handlers.errors import Conflict, NotAllowed, NotFound, SealError, WrongPassword
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection import people as keys
from handlers.protection.people import DESK, DURESS, LOG, USUAL_COST, Cost, PersonKeys, Slot
from handlers.protection.recovery import RecoveryKey, Sheet, new_recovery_key
from handlers.records import Audit, Compartment, Grant, LogKey, Notice, Person, Role

HOLDS: Mapping[Role, tuple[str, ...]] = {
    Role.COORDINATOR: (DESK, LOG),
    Role.APPROVER: (DESK, LOG),
    Role.FOCAL_POINT: (LOG,),
    Role.ADMINISTRATOR: (),
}
SHORTEST_PASSWORD = 12
DURESS_ACTION = "signed in with the duress password"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}\Z")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person whose password was right, and the private keys of their compartments."""

    person: Person
    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def is_duress(self) -> bool:
        """Whether it was the duress password."""
        return DURESS in self.keys


class People:
    """Founds the desk, adds people, lets them in."""

    def __init__(
        self, *, writing: OpenUnit, reading: OpenUnit, log_writing: OpenUnit, clock: Clock, cost: Cost = USUAL_COST
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._log_writing = log_writing
        self._clock = clock
        self._cost = cost

    def is_founded(self) -> bool:
        """Say whether the ceremony was held."""
        with self._reading() as unit:
            return unit.compartments.count() > 0

    def found(self) -> tuple[dict[str, bytes], tuple[Sheet, Sheet]]:
        """Make the compartments, the log's signing key and the recovery key; give the compartments' private keys, for adding
        the first people, and the two sheets to print. Raise `Conflict` if the desk is founded already."""
        if self.is_founded():
            raise Conflict("the desk is founded already")
        recovery, sheets = new_recovery_key()
        private: dict[str, bytes] = {}
        public: dict[str, bytes] = {}
        for name in (DESK, LOG):
            public[name], private[name] = keys.new_compartment()
        self._add_log_key(public[LOG])
        with self._writing() as unit:
            for name, value in private.items():
                seal = keys.seal_to(recovery.public, value)
                if not unit.compartments.add_new(Compartment(name=name, public_key=public[name], recovery_seal=seal)):
                    raise Conflict("the desk is founded already")
            self._note(unit, None, "desk founded", "desk")
            unit.commit()
        return private, sheets

    def recovered(self, recovery: RecoveryKey) -> dict[str, bytes]:
        """Give the compartments' private keys by the recovery key; raise `WrongPassword` if it is another desk's."""
        with self._reading() as unit:
            compartments = unit.compartments.all()
        try:
            return {row.name: keys.open_with(recovery.private, row.recovery_seal) for row in compartments}
        except SealError:
            raise WrongPassword("these sheets are not this desk's") from None

    def add(self, login: str, role: Role, password: str, *, held: Mapping[str, bytes]) -> Person:
        """Add a person with the compartments of their role. `held` are private keys of somebody who holds them.

        Raise `NotAllowed` for a login or password that will not do, or a compartment that is not held, `Conflict` for a login
        in use.
        """
        missing = [name for name in HOLDS[role] if name not in held]
        if missing:
            raise NotAllowed(f"a {role.value} needs the {' and '.join(missing)} key: somebody who holds it must add them")
        person = self.new_person(login, role, password)
        with self._writing() as unit:
            self.enrol(unit, person)
            for name in HOLDS[role]:
                sealed = keys.seal_to(person.public_key, held[name])
                unit.grants.add(Grant(id=secrets.token_hex(12), person_id=person.id, compartment=name, sealed=sealed))
            unit.commit()
        return person

    def new_person(self, login: str, role: Role, password: str) -> Person:
        """Give a person who is nowhere yet and holds nothing. It takes a while, so call it before a unit of work is opened. Raise
        `NotAllowed` for a login or password that will not do."""
        check_login(login)
        check_password(password)
        person_id = secrets.token_hex(12)
        pair, _ = keys.new_person(person_id, password, self._cost)
        duress = keys.unset_duress(person_id)
        return Person(
            id=person_id,
            login=login,
            role=role,
            created_hour=self._hour(),
            duress_salt=duress.salt,
            duress_wrapped=duress.wrapped,
            **asdict(pair),
        )

    def enrol(self, unit: UnitOfWork, person: Person) -> None:
        """Add a person in a transaction that goes on. Raise `Conflict` for a login in use."""
        if not unit.people.add_new(person):
            raise Conflict(f"there is a person called {person.login} already")
        self._note(unit, None, f"added {person.role.value}", person.id)

    def sign_in(self, login: str, password: str) -> SignedIn:
        """Let a person in. An unknown name costs as much time as a wrong password, and says the same; a duress password costs as
        much as the right one, and gives a seed in the stead of keys.

        Raise `WrongPassword`, or `NotAllowed` for a person who is disabled (told only to who knows the password).
        """
        name = login.strip().casefold()
        with self._reading() as unit:
            person = unit.people.first(login=name) if _LOGIN.match(name) else None
            grants = unit.grants.all(person_id=person.id) if person else []
        if person is None:
            keys.spend_a_guess(self._cost)
            raise WrongPassword("the name or the password is not right")
        opened = keys.open_either(person.id, pair_of(person), duress_of(person), password)
        if person.disabled:
            raise NotAllowed("this account is disabled")
        if opened.private is None:
            return SignedIn(person, {DURESS: opened.seed or b""})
        private = opened.private
        return SignedIn(person, {grant.compartment: keys.open_with(private, grant.sealed) for grant in grants})

    def arrived(self, who: SignedIn, action: str = "signed in") -> None:
        """Note that somebody's password was right. If it was the duress password, each other coordinator is told."""
        with self._writing() as unit:
            everybody = unit.people.all(role=Role.COORDINATOR.value, disabled=False)
            others = [person.id for person in everybody if person.id != who.person.id] if who.is_duress else []
            for other in others:
                notice = Notice(id=secrets.token_hex(12), person_id=other, about_id=who.person.id, kind=DURESS, hour=self._hour())
                unit.notices.add(notice)
            self._note(unit, who.person.id, DURESS_ACTION if who.is_duress else action, who.person.id)
            unit.commit()

    def disable(self, login: str, *, by: str | None = None) -> Person:
        """Shut a person out: their sessions end and the compartments sealed to them are removed. Raise `NotFound`."""
        with self._writing() as unit:
            person = unit.people.first(login=login, lock=True)
            if person is None:
                raise NotFound(f"nobody is called {login}")
            unit.people.change(person.id, disabled=True)
            unit.grants.remove(person_id=person.id)
            self._note(unit, by, "disabled", person.id)
            unit.commit()
        return person

    def list(self) -> list[Person]:
        """Give everybody, by login."""
        with self._reading() as unit:
            return sorted(unit.people.all(), key=lambda person: person.login)

    def _add_log_key(self, log_public: bytes) -> None:
        signing = SigningKey.generate()
        sealed = keys.seal_to(log_public, bytes(signing))
        with self._log_writing() as unit:
            if unit.log_entries.count():
                raise Conflict("the case log's database has entries already: it belongs to another desk")
            unit.log_keys.remove(id="log")  # left by a ceremony that was broken off
            unit.log_keys.add(LogKey(id="log", public_key=bytes(signing.verify_key), sealed=sealed))
            unit.commit()

    def _note(self, unit: UnitOfWork, person_id: str | None, action: str, subject_id: str) -> None:
        audit = Audit(id=secrets.token_hex(12), hour=self._hour(), person_id=person_id, action=action, subject_id=subject_id)
        unit.audits.add(audit)

    def _hour(self) -> int:
        return int(self._clock() // 3600)


def check_password(password: str) -> None:
    """Raise `NotAllowed` for a password that is too easily guessed."""
    if len(password) < SHORTEST_PASSWORD:
        raise NotAllowed(f"a password has at least {SHORTEST_PASSWORD} characters; four random words do well")


def check_login(login: str) -> None:
    """Raise `NotAllowed` for a login that will not do."""
    if not _LOGIN.match(login):
        raise NotAllowed("a login is 2 to 64 small letters, digits, dots, dashes or underscores, a letter or digit first")


def duress_of(person: Person) -> Slot:
    """Give what a duress password opens."""
    return Slot(person.duress_salt, person.duress_wrapped)


def pair_of(person: Person) -> PersonKeys:
    """Give a person's pair as it is kept."""
    return PersonKeys(
        public_key=person.public_key,
        salt=person.salt,
        passes=person.passes,
        memory=person.memory,
        wrapped_private=person.wrapped_private,
    )
