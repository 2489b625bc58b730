"""Inviting: a code that makes one person once; what they may open is given to them in a second act, by somebody who holds it."""

from __future__ import annotations

import secrets

from handlers.desk.office import new_id
from handlers.desk.people import HOLDS, People, SignedIn, check_login
from handlers.errors import Conflict, NotAllowed, NotFound
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.people import seal_to
from handlers.protection.second_steps import hash_of_code, new_code
from handlers.records import Audit, Grant, Invitation, Person, Role

INVITATION_HOURS = 72
_OWNER = "invitation"
# Whoever may invite an administrator could shut everybody else out.
MAY_INVITE = {
    Role.ADMINISTRATOR: tuple(Role),
    Role.COORDINATOR: (Role.COORDINATOR, Role.APPROVER, Role.FOCAL_POINT),
}


class Inviting:
    """Invites people, makes them, gives them compartments and takes these away."""

    def __init__(self, people: People, *, writing: OpenUnit, reading: OpenUnit, clock: Clock) -> None:
        self._people = people
        self._writing = writing
        self._reading = reading
        self._clock = clock

    def invite(self, by: Person | None, login: str, role: Role) -> str:
        """Give the code that makes this person within three days. `by` None is the operator. Raise `NotAllowed` or `Conflict`."""
        check_login(login)
        if by is not None and role not in MAY_INVITE.get(by.role, ()):
            raise NotAllowed("Only an administrator invites an administrator.")
        code, hour = new_code(), self._hour()
        invitation = Invitation(
            id=new_id(),
            code_hash=hash_of_code(code, _OWNER),
            login=login,
            role=role,
            inviter_id=by.id if by else None,
            hour=hour,
            ends_hour=hour + INVITATION_HOURS,
        )
        with self._writing() as unit:
            if unit.people.count(login=login):
                raise Conflict(f"There is a person called {login} already.")
            unit.invitations.remove(login=login)  # a new code takes the place of one that was lost
            unit.invitations.add(invitation)
            self._note(unit, by.id if by else None, f"invited {role.value}", invitation.id)
            unit.commit()
        return code

    def waiting(self) -> list[Invitation]:
        """Give the invitations that still hold."""
        with self._reading() as unit:
            rows = unit.invitations.all()
        return sorted((row for row in rows if row.ends_hour > self._hour()), key=lambda row: row.login)

    def take_back(self, by: Person, invitation_id: str) -> None:
        """Make an invitation void. Raise `NotFound`."""
        with self._writing() as unit:
            if not unit.invitations.remove(id=invitation_id):
                raise NotFound("invitations")
            self._note(unit, by.id, "took back an invitation", invitation_id)
            unit.commit()

    def accept(self, code: str, password: str) -> Person:
        """Make the person whom a code is for. Raise `NotAllowed` for a code that holds no more or a password that will not do."""
        code_hash = hash_of_code(code, _OWNER)
        with self._reading() as unit:
            found = self._holding(unit, code_hash)
        person = self._people.new_person(found.login, found.role, password)
        with self._writing() as unit:
            unit.invitations.remove(id=self._holding(unit, code_hash).id)
            self._people.enrol(unit, person)
            unit.commit()
        return person

    def _holding(self, unit: UnitOfWork, code_hash: bytes) -> Invitation:
        found = unit.invitations.first(code_hash=code_hash)
        if found is None or found.ends_hour <= self._hour():
            raise NotAllowed("This invitation holds no more, or its code is mistyped. Ask for a new one.")
        return found

    def grant(self, who: SignedIn, person_id: str) -> tuple[str, ...]:
        """Give a person the compartments of their role that they do not hold yet; give the names. Raise `NotAllowed`."""
        with self._writing() as unit:
            person = unit.people.get(person_id, lock=True)
            if person.disabled:
                raise NotAllowed("This person is shut out.")
            has = {grant.compartment for grant in unit.grants.all(person_id=person_id)}
            wanted = tuple(name for name in HOLDS[person.role] if name not in has)
            if not set(wanted) <= set(who.keys):
                raise NotAllowed("You can give only what you hold yourself.")
            for name in wanted:
                sealed = seal_to(person.public_key, who.keys[name])
                unit.grants.add(Grant(id=secrets.token_hex(12), person_id=person_id, compartment=name, sealed=sealed))
                self._note(unit, who.person.id, f"gave the {name} key", person_id)
            unit.commit()
        return wanted

    def withdraw(self, by: Person, person_id: str, compartment: str) -> None:
        """Take a compartment from a person. Raise `NotAllowed` for the last coordinator who holds it, `NotFound` for none."""
        with self._writing() as unit:
            unit.compartments.get(compartment, lock=True)  # two who withdraw at once must not take it from both who are left
            refuse_last(unit, person_id, compartment)
            if not unit.grants.remove(person_id=person_id, compartment=compartment):
                raise NotFound("grants")
            self._note(unit, by.id, f"withdrew the {compartment} key", person_id)
            unit.commit()

    def _note(self, unit: UnitOfWork, by: str | None, action: str, subject_id: str) -> None:
        unit.audits.add(Audit(id=new_id(), hour=self._hour(), person_id=by, action=action, subject_id=subject_id))

    def _hour(self) -> int:
        return int(self._clock() // 3600)


def refuse_last(unit: UnitOfWork, person_id: str, compartment: str) -> None:
    """Raise `NotAllowed` if nobody but this person could still give a compartment to others."""
    coordinators = {person.id for person in unit.people.all(role=Role.COORDINATOR.value, disabled=False)}
    holders = {grant.person_id for grant in unit.grants.all(compartment=compartment)} & coordinators
    if holders <= {person_id}:
        raise NotAllowed("No other coordinator holds this key: it would be lost for everybody but the recovery sheets.")
