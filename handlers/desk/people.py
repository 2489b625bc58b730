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
from handlers.protection.people import DESK, LOG, USUAL_COST, Cost, PersonKeys
from handlers.protection.recovery import RecoveryKey, Sheet, new_recovery_key
from handlers.records import Audit, Compartment, Grant, LogKey, Person, Role

HOLDS: Mapping[Role, tuple[str, ...]] = {
    Role.COORDINATOR: (DESK, LOG),
    Role.FOCAL_POINT: (LOG,),
    Role.ADMINISTRATOR: (),
}
SHORTEST_PASSWORD = 12
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}\Z")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person whose password was right, and the private keys of their compartments."""

    person: Person
    keys: Mapping[str, bytes] = field(repr=False)


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
        _check_login(login)
        check_password(password)
        missing = [name for name in HOLDS[role] if name not in held]
        if missing:
            raise NotAllowed(f"a {role.value} needs the {' and '.join(missing)} key: somebody who holds it must add them")
        person_id = secrets.token_hex(12)
        pair, _ = keys.new_person(person_id, password, self._cost)
        person = Person(id=person_id, login=login, role=role, created_hour=self._hour(), **asdict(pair))
        with self._writing() as unit:
            if not unit.people.add_new(person):
                raise Conflict(f"there is a person called {login} already")
            for name in HOLDS[role]:
                sealed = keys.seal_to(person.public_key, held[name])
                unit.grants.add(Grant(id=secrets.token_hex(12), person_id=person_id, compartment=name, sealed=sealed))
            self._note(unit, None, f"added {role.value}", person_id)
            unit.commit()
        return person

    def sign_in(self, login: str, password: str) -> SignedIn:
        """Let a person in. An unknown name costs as much time as a wrong password, and says the same.

        Raise `WrongPassword`, or `NotAllowed` for a person who is disabled (told only to who knows the password).
        """
        name = login.strip().casefold()
        with self._reading() as unit:
            person = unit.people.first(login=name) if _LOGIN.match(name) else None
            grants = unit.grants.all(person_id=person.id) if person else []
        if person is None:
            keys.spend_a_guess(self._cost)
            raise WrongPassword("the name or the password is not right")
        private = keys.open_person(person.id, _pair_of(person), password)
        if person.disabled:
            raise NotAllowed("this account is disabled")
        return SignedIn(person, {grant.compartment: keys.open_with(private, grant.sealed) for grant in grants})

    def disable(self, login: str) -> Person:
        """Shut a person out: their sessions end and the compartments sealed to them are removed. Raise `NotFound`."""
        with self._writing() as unit:
            person = unit.people.first(login=login, lock=True)
            if person is None:
                raise NotFound(f"nobody is called {login}")
            unit.people.change(person.id, disabled=True)
            unit.grants.remove(person_id=person.id)
            self._note(unit, None, "disabled", person.id)
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


def _check_login(login: str) -> None:
    if not _LOGIN.match(login):
        raise NotAllowed("a login is 2 to 64 small letters, digits, dots, dashes or underscores, a letter or digit first")


def _pair_of(person: Person) -> PersonKeys:
    return PersonKeys(
        public_key=person.public_key,
        salt=person.salt,
        passes=person.passes,
        memory=person.memory,
        wrapped_private=person.wrapped_private,
    )
