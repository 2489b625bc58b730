"""Passwords: changed, so that a person's keys stand under the new one; and a duress password that opens an empty desk."""

from __future__ import annotations

import secrets

from handlers.desk.people import check_password, duress_of, pair_of
from handlers.errors import Conflict, NotAllowed, WrongPassword
from handlers.ports import Clock, OpenUnit
from handlers.protection import people as keys
from handlers.protection.people import Cost, OpenedSlots
from handlers.protection.sealing import new_key
from handlers.records import Audit, Person

_ANOTHER = "Choose another password: this one cannot be used."
# A line of the trail must not tell that somebody has a duress password: it says what a usual change says.
_CHANGED = "changed a password"


class Passwords:
    """Checks and changes passwords of people who know their own."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, clock: Clock) -> None:
        self._writing = writing
        self._reading = reading
        self._clock = clock

    def check(self, person_id: str, password: str) -> None:
        """Raise `WrongPassword` unless it is a password of theirs."""
        _open(self._person(person_id), password)

    def change(self, person_id: str, current: str, new: str) -> None:
        """Put what the present password opens under a new one. Raise `WrongPassword`, or `NotAllowed` for one that cannot be."""
        check_password(new)
        person = self._person(person_id)
        opened = _open(person, current)
        _refuse_known(person, new)
        value = opened.seed if opened.private is None else opened.private
        wrapped = keys.wrap_person(person_id, value or new_key(), new, _cost(person))
        if opened.private is not None:
            self._keep(person, salt=wrapped.salt, wrapped_private=wrapped.wrapped_private)
        else:
            self._keep(person, duress_salt=wrapped.salt, duress_wrapped=wrapped.wrapped_private)

    def set_duress(self, person_id: str, current: str, duress: str) -> None:
        """Set the duress password in place of any before. Raise as `change` does."""
        check_password(duress)
        person = self._person(person_id)
        if _open(person, current).private is None:
            raise WrongPassword("the name or the password is not right")
        if current == duress:
            raise NotAllowed(_ANOTHER)
        wrapped = keys.wrap_person(person_id, new_key(), duress, _cost(person))
        self._keep(person, duress_salt=wrapped.salt, duress_wrapped=wrapped.wrapped_private)

    def remove_duress(self, person_id: str, current: str) -> None:
        """Have no duress password any more. Raise `WrongPassword`."""
        person = self._person(person_id)
        _open(person, current)
        slot = keys.unset_duress(person_id)
        self._keep(person, duress_salt=slot.salt, duress_wrapped=slot.wrapped)

    def _person(self, person_id: str) -> Person:
        with self._reading() as unit:
            return unit.people.get(person_id)

    def _keep(self, person: Person, **values: object) -> None:
        """Keep what was wrapped: that takes a while, so it was done outside of the transaction."""
        audit = Audit(
            id=secrets.token_hex(12),
            hour=int(self._clock() // 3600),
            person_id=person.id,
            action=_CHANGED,
            subject_id=person.id,
        )
        with self._writing() as unit:
            held = unit.people.get(person.id, lock=True)
            if (held.salt, held.duress_salt) != (person.salt, person.duress_salt):
                raise Conflict("This password was changed meanwhile. Sign in again with the new one.")
            unit.people.change(person.id, version=None, **values)
            unit.audits.add(audit)
            unit.commit()


def _open(person: Person, password: str) -> OpenedSlots:
    return keys.open_either(person.id, pair_of(person), duress_of(person), password)


def _refuse_known(person: Person, new: str) -> None:
    """Refuse a password that opens something of theirs already: one word cannot open two desks."""
    try:
        _open(person, new)
    except WrongPassword:
        return
    raise NotAllowed(_ANOTHER)


def _cost(person: Person) -> Cost:
    """Both slots of a person cost the same, so neither is put under another cost alone."""
    return Cost(person.passes, person.memory)
