"""The types of the settings: each kind of value with what reads it."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, SecretStr

from config import kinds

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

AccountSid = Annotated[str, BeforeValidator(kinds.read_account_sid)]
At = Annotated[kinds.Address, BeforeValidator(kinds.read_address)]
Bases = Annotated[tuple[str, ...], BeforeValidator(kinds.read_bases)]
BlobUrl = Annotated[Path, BeforeValidator(kinds.read_blob_url)]
CallCap = Annotated[kinds.CallCap, BeforeValidator(kinds.read_call_cap)]
DatabaseUrl = Annotated[str, BeforeValidator(kinds.read_database_url)]
DayHours = Annotated[kinds.DayHours, BeforeValidator(kinds.read_day_hours)]
Doors = Annotated[tuple[Literal["webhooks", "console"], ...], BeforeValidator(kinds.read_doors)]
HostEnds = Annotated[tuple[str, ...], BeforeValidator(kinds.read_host_ends)]
Languages = Annotated[tuple[str, ...], BeforeValidator(kinds.read_languages)]
Lines = Annotated[tuple[kinds.Line, ...], BeforeValidator(kinds.read_lines)]
Names = Annotated[tuple[str, ...], BeforeValidator(kinds.read_names)]
Minutes = Annotated[kinds.Minutes, BeforeValidator(kinds.read_minutes)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(kinds.read_networks)]
Place = Annotated[Path, BeforeValidator(kinds.folder_or_file)]
RedisUrl = Annotated[str, BeforeValidator(kinds.read_redis_url)]
Tokens = Annotated[tuple[SecretStr, ...], BeforeValidator(kinds.read_tokens)]
Url = Annotated[str, BeforeValidator(kinds.read_url)]
WebhookSecrets = Annotated[tuple[SecretStr, ...], BeforeValidator(kinds.read_webhook_secrets)]
