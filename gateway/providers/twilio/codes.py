"""Twilio's error codes and message statuses in our words.

https://www.twilio.com/docs/api/errors and .../messaging/api/message-resource#message-status-values, seen 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handlers.errors import ProviderError
from handlers.events import DeliveryState

# code -> (reason, trying again is useless)
CODES: Mapping[int, tuple[str, bool]] = MappingProxyType(
    {
        20003: ("credentials", False),
        20404: ("rejected", True),
        20429: ("throttled", False),
        13223: ("bad_number", True),
        13224: ("bad_number", True),
        13225: ("blocked", True),  # a number that may not be called
        13226: ("bad_number", True),
        13227: ("config", True),  # no permission for calls abroad
        21210: ("config", True),  # the caller's number is not ours
        21211: ("bad_number", True),
        21212: ("config", True),
        21214: ("bad_number", True),
        21215: ("config", True),  # no permission to call this country
        21216: ("blocked", True),
        21217: ("bad_number", True),
        21219: ("config", True),  # a trial account
        21408: ("config", True),  # no permission for this country
        21603: ("config", True),
        21606: ("config", True),  # the sender is not ours or cannot send texts
        21608: ("config", True),  # a trial account
        21610: ("opted_out", True),
        21611: ("throttled", False),
        21612: ("config", True),  # no route
        21614: ("bad_number", True),
        21617: ("rejected", True),  # too long
        30001: ("throttled", False),
        30002: ("credentials", False),  # the account is suspended
        30003: ("unreachable", False),
        30004: ("blocked", True),
        30005: ("bad_number", True),
        30006: ("bad_number", True),
        30007: ("blocked", True),  # filtered as spam
        30008: ("rejected", False),
        30009: ("rejected", False),
        30010: ("config", True),  # dearer than MaxPrice
        30017: ("throttled", False),
        30018: ("throttled", False),
        30019: ("throttled", False),
        30024: ("config", True),
        30032: ("config", True),
        63016: ("rejected", True),  # WhatsApp: more than 24 hours since they wrote
        63018: ("throttled", False),
        63024: ("bad_number", True),
    }
)

STATES: Mapping[str, DeliveryState] = MappingProxyType(
    {
        "accepted": DeliveryState.QUEUED,
        "scheduled": DeliveryState.QUEUED,
        "queued": DeliveryState.QUEUED,
        "sending": DeliveryState.QUEUED,
        "sent": DeliveryState.SENT,
        "partially_delivered": DeliveryState.SENT,
        "delivered": DeliveryState.DELIVERED,
        "undelivered": DeliveryState.FAILED,
        "failed": DeliveryState.FAILED,
        "canceled": DeliveryState.FAILED,
        "read": DeliveryState.READ,
    }
)


def error_of(code: int | None) -> ProviderError | None:
    """Give what a code means; None for one that is not known."""
    known = CODES.get(code or 0)
    return ProviderError(known[0], permanent=known[1]) if known else None


def reason_of(code: str) -> str | None:
    """Give the word for the error code of a status callback; None without a code."""
    if not code.isascii() or not code.isdigit() or len(code) > 9 or int(code) == 0:
        return None
    return CODES.get(int(code), ("rejected", True))[0]
