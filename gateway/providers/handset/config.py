"""What is to be known of one handset."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class HandsetConfig:
    """One handset. `line` is its number, for an app that does not say it; `api_base` where `/messages` is (`http://phone:8080`,
    `https://host/3rdparty/v1`), None for the app's cloud; `strict_clock` refuses what was signed more than `window` seconds
    ago."""

    login: str
    password: str = field(repr=False)
    signing_key: str = field(repr=False)
    line: str = ""
    api_base: str | None = None
    strict_clock: bool = True
    window: float = 300.0
    timeout: float = 10.0
