"""The kinds of values that settings have: each function reads one, or says in words what it expected instead."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

PROVIDERS = ("twilio", "africastalking", "handset", "simulator")
DOORS = ("webhooks", "console")
Duty = Literal["text", "voice"]
_LINE = re.compile(r"(?P<provider>[a-z]+):(?P<number>\+?[A-Za-z0-9_-]{1,40})=(?P<does>(?:text|voice)(?:\+(?:text|voice))*)")
_HOST_END = re.compile(r"(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?){2,}")
_SHORTEST_WEBHOOK_SECRET = 22  # 128 bits in the URL-safe alphabet
_LAST_PORT = 65_535
_MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Address:
    """Where a process listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Line:
    """One number of ours: whose it is, and what it does."""

    provider: str
    number: str
    does: frozenset[Duty]

    def __str__(self) -> str:
        return f"{self.provider}:{self.number}={'+'.join(sorted(self.does))}"


@dataclass(frozen=True, slots=True)
class Minutes:
    """From so many minutes to so many."""

    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.least}-{self.most}"


@dataclass(frozen=True, slots=True)
class DayHours:
    """A part of every day, in minutes after midnight; over midnight where it ends before it begins, none where both are one."""

    begins: int
    ends: int

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.begins, self.ends))


@dataclass(frozen=True, slots=True)
class CallCap:
    """At most so many calls, and so many minutes of them."""

    calls: int
    minutes: int

    def __str__(self) -> str:
        return f"{self.calls}/{self.minutes}"


def is_sqlite(url: str) -> bool:
    """Tell whether a database URL names an SQLite file."""
    return url.startswith("sqlite")


def _items(value: str) -> tuple[str, ...]:
    return tuple(item for part in value.split(",") if (item := part.strip()))


def _split(value: str) -> SplitResult | None:
    """Take a URL apart; None where it is none (a bad port or host included)."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def folder_or_file(value: object) -> object:
    """Read a path, `~` included, as an absolute one."""
    return Path(value).expanduser().absolute() if isinstance(value, str | Path) else value


def read_host_ends(value: object) -> object:
    """Read what host names end in, each with its dot."""
    if not isinstance(value, str):
        return value
    ends = _items(value)
    if not ends or not all(_HOST_END.fullmatch(end) for end in ends):
        raise ValueError("ends of host names, each with its dot, such as .at-internal.com,.africastalking.com")
    return ends


def read_bases(value: object) -> object:
    """Read http(s) addresses, with commas between."""
    return tuple(read_url(item) for item in _items(value)) if isinstance(value, str) else value


def read_blob_url(value: object) -> object:
    """Read where blobs are kept: a folder, as a path or as file:///path."""
    if isinstance(value, str) and "://" in value:
        parts = _split(value)
        if parts is None or parts.scheme != "file" or parts.netloc or not parts.path.strip("/"):
            raise ValueError("a folder, such as /srv/izwi/blobs or file:///srv/izwi/blobs (no other kind of storage is known)")
        value = parts.path
    return folder_or_file(value)


def read_url(value: object) -> object:
    """Read an http(s) address, without a slash at its end."""
    parts = _split(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an address such as https://line.example.org, without ? or #")
    return str(value).rstrip("/")


def read_database_url(value: object) -> object:
    """Read the URL of an SQLite file (made absolute) or a PostgreSQL database; plain `postgres://` means psycopg."""
    if isinstance(value, str):
        if value.startswith("sqlite:///") and (path := value.removeprefix("sqlite:///")):
            return f"sqlite:///{Path(path).absolute()}"
        scheme, mark, rest = value.partition("://")
        if mark and rest and scheme in ("postgres", "postgresql", "postgresql+psycopg") and _split(value) is not None:
            return f"postgresql+psycopg://{rest}"
    raise ValueError("sqlite:///FILE or postgresql://USER@HOST/NAME")


def read_redis_url(value: object) -> object:
    """Read the URL of a Redis or Valkey server."""
    parts = _split(value) if isinstance(value, str) else None
    is_remote = parts is not None and parts.scheme in ("redis", "rediss") and parts.hostname
    is_local = parts is not None and parts.scheme == "unix" and parts.path
    if not (is_remote or is_local):
        raise ValueError("redis://HOST:PORT/0, rediss://HOST:PORT/0 or unix:///PATH")
    return value


def read_address(value: object) -> object:
    """Read HOST:PORT; an IPv6 host stands in brackets."""
    if not isinstance(value, str):
        return value
    host, _, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (re.fullmatch(r"[A-Za-z0-9_.:-]+", host) and port.isascii() and port.isdigit() and 1 <= int(port) <= _LAST_PORT):
        raise ValueError("HOST:PORT, such as 127.0.0.1:8000")
    return Address(host, int(port))


def read_doors(value: object) -> object:
    """Read which doors this process opens."""
    if not isinstance(value, str):
        return value
    doors = _items(value)
    if not doors or set(doors) - set(DOORS):
        raise ValueError("webhooks, console, or both with a comma between")
    return doors


def read_tokens(value: object) -> object:
    """Read one secret, or two during a change."""
    if not isinstance(value, str):
        return value
    tokens = _items(value)
    if len(tokens) not in (1, 2):
        raise ValueError("one value, or two with a comma between")
    return tokens


def read_webhook_secrets(value: object) -> object:
    """Read one secret part of a path, or two during a change."""
    tokens = read_tokens(value)
    if isinstance(value, str) and isinstance(tokens, tuple):
        for token in tokens:
            if len(token) < _SHORTEST_WEBHOOK_SECRET or not re.fullmatch(r"[A-Za-z0-9_-]+", token):
                raise ValueError(f"one or two secrets, each of {_SHORTEST_WEBHOOK_SECRET} or more letters, digits, - and _")
    return tokens


def read_networks(value: object) -> object:
    """Read a list of addresses and networks."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(ipaddress.ip_network(item) for item in _items(value))
    except ValueError:
        raise ValueError("addresses or networks with commas between, such as 192.0.2.0/24,198.51.100.7") from None


def read_account_sid(value: object) -> object:
    """Read the id of a Twilio account."""
    if not (isinstance(value, str) and re.fullmatch(r"AC[0-9a-f]{32}", value)):
        raise ValueError("AC and 32 digits or letters a-f")
    return value


def read_lines(value: object) -> object:
    """Read PROVIDER:NUMBER=WHAT IT DOES, with commas between."""
    if not isinstance(value, str):
        return value
    lines: list[Line] = []
    for item in _items(value):
        found = _LINE.fullmatch(item)
        if found is None or found["provider"] not in PROVIDERS:
            raise ValueError(
                f"PROVIDER:NUMBER=text (or =voice, =text+voice) with commas between; PROVIDER is {' or '.join(PROVIDERS)}"
            )
        duties: frozenset[Duty] = frozenset("voice" if word == "voice" else "text" for word in found["does"].split("+"))
        lines.append(Line(found["provider"], found["number"], duties))
    if len({(line.provider, line.number) for line in lines}) < len(lines):
        raise ValueError("each line once")
    return tuple(lines)


def read_minutes(value: object) -> object:
    """Read from how many minutes to how many."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,4})\s*-\s*(\d{1,4})", value)
    if found is None or not int(found[1]) <= int(found[2]) <= _MINUTES_OF_DAY:
        raise ValueError(f"two numbers of minutes up to {_MINUTES_OF_DAY}, the smaller first, such as 3-20")
    return Minutes(int(found[1]), int(found[2]))


def read_call_cap(value: object) -> object:
    """Read how many calls and how many minutes."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,6})\s*/\s*(\d{1,7})", value)
    if found is None:
        raise ValueError("calls / minutes, such as 20/90")
    return CallCap(int(found[1]), int(found[2]))


def read_day_hours(value: object) -> object:
    """Read a part of the day."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)", value)
    if found is None:
        raise ValueError("two times of the day, such as 20:00-07:00; 00:00-00:00 for none")
    return DayHours(int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4]))


def read_names(value: object) -> object:
    """Read names with commas between."""
    return _items(value) if isinstance(value, str) else value


def read_languages(value: object) -> object:
    """Read language codes."""
    if not isinstance(value, str):
        return value
    codes = _items(value)
    if not codes or not all(re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,8})?", code) for code in codes):
        raise ValueError("language codes with commas between, such as sn,en")
    return codes
