"""Second steps: what somebody shows beside their password. An authenticator app, passkeys, and recovery codes for bad days."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from handlers.desk.office import Unfinished, new_id, required
from handlers.errors import NotFound, SealError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.protection.second_steps import AppSecret, hash_of_code, new_code
from handlers.records import Audit, SecondStep, StepKind

RECOVERY_CODES = 8
MOST_PASSKEYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey as it is kept: the public half, and how often it was used."""

    id: str
    name: str
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    counter: int
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The second steps of somebody."""

    app: SecondStep | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def is_asked(self) -> bool:
        """Whether the password alone is not enough."""
        return self.app is not None or bool(self.passkeys)


class SecondSteps:
    """Keeps and checks the second steps of people. `key` is derived from the boot secret."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, clock: Clock, key: bytes) -> None:
        self._writing = writing
        self._reading = reading
        self._clock = clock
        self._key = key

    def of(self, person_id: str) -> Steps:
        """Give somebody's second steps."""
        with self._reading() as unit:
            rows = unit.second_steps.all(person_id=person_id)
        passkeys = [key for row in rows if row.kind is StepKind.PASSKEY and (key := self._passkey(row)) is not None]
        return Steps(
            app=next((row for row in rows if row.kind is StepKind.APP), None),
            passkeys=tuple(sorted(passkeys, key=lambda key: (key.hour, key.id))),
            codes_left=sum(row.kind is StepKind.RECOVERY for row in rows),
        )

    def add_app(self, person_id: str, secret: AppSecret, code: str) -> tuple[str, ...]:
        """Keep the secret of an app that shows the right code, in place of one before; give new recovery codes, if there were
        none. Raise `Unfinished`."""
        counter = secret.matching(_tidy(code), now=self._clock(), after=0) if secret.is_sound() else None
        if counter is None:
            raise Unfinished("That is not the code which the app should show now. Is the clock of the phone right?")
        with self._writing() as unit:
            unit.second_steps.remove(person_id=person_id, kind=StepKind.APP.value)
            self._add(unit, person_id, StepKind.APP, {"secret": secret.value}, counter)
            codes = self._codes_if_none(unit, person_id)
            self._note(unit, person_id, person_id, "set up an authenticator app")
            unit.commit()
        return codes

    def add_passkey(self, person_id: str, name: str, *, credential_id: bytes, public_key: bytes, counter: int) -> tuple[str, ...]:
        """Keep a passkey; give new recovery codes, if there were none. Raise `Unfinished`."""
        called = required(name, "Give the passkey a name, such as “laptop”.")[:40]
        if len(self.of(person_id).passkeys) >= MOST_PASSKEYS:
            raise Unfinished("You have many passkeys already. Remove one first.")
        content = {
            "name": called,
            "credential_id": b64encode(credential_id).decode(),
            "public_key": b64encode(public_key).decode(),
        }
        with self._writing() as unit:
            self._add(unit, person_id, StepKind.PASSKEY, content, counter)
            codes = self._codes_if_none(unit, person_id)
            self._note(unit, person_id, person_id, "added a passkey")
            unit.commit()
        return codes

    def check_code(self, person_id: str, code: str) -> bool:
        """Say whether a code is one that the app shows now, or a recovery code. Each is good once."""
        with self._writing() as unit:
            rows = unit.second_steps.all(person_id=person_id)
            is_right = any(self._shows(unit, row, code) for row in rows if row.kind is StepKind.APP)
            is_right = is_right or self._take_recovery(unit, rows, code)
            unit.commit()
        return is_right

    def used(self, passkey: Passkey, *, counter: int) -> None:
        """Keep how often a passkey says that it was used."""
        with self._writing() as unit:
            unit.second_steps.change(passkey.id, counter=counter)
            unit.commit()

    def new_codes(self, person_id: str) -> tuple[str, ...]:
        """Give new recovery codes in place of those before."""
        with self._writing() as unit:
            unit.second_steps.remove(person_id=person_id, kind=StepKind.RECOVERY.value)
            codes = self._codes_if_none(unit, person_id)
            self._note(unit, person_id, person_id, "made new recovery codes")
            unit.commit()
        return codes

    def remove(self, person_id: str, step_id: str) -> None:
        """Remove an app or a passkey, and the recovery codes with the last of them. Raise `NotFound`."""
        with self._writing() as unit:
            if not unit.second_steps.remove(person_id=person_id, id=step_id):
                raise NotFound("second_steps")
            left = unit.second_steps.all(person_id=person_id)
            if all(row.kind is StepKind.RECOVERY for row in left):
                unit.second_steps.remove(person_id=person_id)
            self._note(unit, person_id, person_id, "removed a second step")
            unit.commit()

    def reset(self, person_id: str, *, by: str | None) -> None:
        """Remove every second step of somebody who lost them: their password alone lets them in again."""
        with self._writing() as unit:
            unit.people.get(person_id)
            unit.second_steps.remove(person_id=person_id)
            self._note(unit, by, person_id, "removed all second steps")
            unit.commit()

    def _add(self, unit: UnitOfWork, person_id: str, kind: StepKind, content: dict[str, str], counter: int) -> None:
        step_id = new_id()
        sealed = seal_json(self._key, content, _place(step_id))
        unit.second_steps.add(
            SecondStep(id=step_id, person_id=person_id, kind=kind, content=sealed, counter=counter, hour=self._hour())
        )

    def _codes_if_none(self, unit: UnitOfWork, person_id: str) -> tuple[str, ...]:
        if unit.second_steps.count(person_id=person_id, kind=StepKind.RECOVERY.value):
            return ()
        codes = tuple(new_code() for _ in range(RECOVERY_CODES))
        for code in codes:
            row = SecondStep(
                id=new_id(),
                person_id=person_id,
                kind=StepKind.RECOVERY,
                content=hash_of_code(code, person_id),
                counter=0,
                hour=self._hour(),
            )
            unit.second_steps.add(row)
        return codes

    def _shows(self, unit: UnitOfWork, row: SecondStep, code: str) -> bool:
        held = unit.second_steps.get(row.id, lock=True)  # one code lets one in, though two ask at once
        opened = self._opened(held)
        if opened is None:
            return False
        counter = AppSecret(opened["secret"]).matching(_tidy(code), now=self._clock(), after=held.counter)
        if counter is not None:
            unit.second_steps.change(row.id, counter=counter)
        return counter is not None

    def _take_recovery(self, unit: UnitOfWork, rows: list[SecondStep], code: str) -> bool:
        for row in rows:
            if row.kind is StepKind.RECOVERY and hmac.compare_digest(row.content, hash_of_code(code, row.person_id)):
                return unit.second_steps.remove(id=row.id) == 1
        return False

    def _passkey(self, row: SecondStep) -> Passkey | None:
        opened = self._opened(row)
        if opened is None:
            return None
        return Passkey(
            id=row.id,
            name=str(opened["name"]),
            credential_id=b64decode(opened["credential_id"]),
            public_key=b64decode(opened["public_key"]),
            counter=row.counter,
            hour=row.hour,
        )

    def _opened(self, row: SecondStep) -> dict[str, Any] | None:
        """Open a step, or None after the boot secret was replaced: then recovery codes are what is left."""
        try:
            found: dict[str, Any] = open_json(self._key, row.content, _place(row.id))
        except SealError:
            return None
        return found

    def _note(self, unit: UnitOfWork, by: str | None, person_id: str, action: str) -> None:
        unit.audits.add(Audit(id=new_id(), hour=self._hour(), person_id=by, action=action, subject_id=person_id))

    def _hour(self) -> int:
        return int(self._clock() // 3600)


def _tidy(code: str) -> str:
    return "".join(code.split())


def _place(step_id: str) -> Place:
    return Place("second_steps", "content", step_id)
