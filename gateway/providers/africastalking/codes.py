"""The statuses of Africa's Talking in our words. https://developers.africastalking.com/docs/sms/sending and
.../sms/notifications, seen 2026-11."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handlers.events import DeliveryState

ACCEPTED = frozenset({100, 101, 102})

# statusCode of a recipient -> (reason, trying again is useless)
CODES: Mapping[int, tuple[str, bool]] = MappingProxyType(
    {
        401: ("blocked", True),  # held as a risk
        402: ("config", True),  # the sender is not ours
        403: ("bad_number", True),
        404: ("bad_number", True),
        405: ("balance", False),
        406: ("opted_out", True),
        407: ("config", True),  # no route
        409: ("blocked", True),  # the network's own do-not-disturb list
        500: ("provider_down", False),
        501: ("provider_down", False),
        502: ("rejected", False),
    }
)

# The word in place of recipients, where an answer 201 sent nothing at all.
MESSAGES: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "invalidsenderid": ("config", True),
        "insufficientbalance": ("balance", False),
        "insufficientcredit": ("balance", False),
        "invalidphonenumber": ("bad_number", True),
        "userinblacklist": ("opted_out", True),
        "invalidlinkid": ("rejected", True),
        "internalservererror": ("provider_down", False),
    }
)

STATES: Mapping[str, DeliveryState] = MappingProxyType(
    {
        "submitted": DeliveryState.QUEUED,
        "buffered": DeliveryState.QUEUED,
        "sent": DeliveryState.SENT,
        "success": DeliveryState.DELIVERED,
        "rejected": DeliveryState.FAILED,
        "failed": DeliveryState.FAILED,
        "expired": DeliveryState.FAILED,
        "absentsubscriber": DeliveryState.FAILED,
    }
)

FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "insufficientcredit": "balance",
        "invalidlinkid": "rejected",
        "userisinactive": "unreachable",
        "userinblacklist": "opted_out",
        "useraccountsuspended": "unreachable",
        "notnetworksubscriber": "bad_number",
        "usernotsubscribedtoproduct": "rejected",
        "userdoesnotexist": "bad_number",
        "deliveryfailure": "unreachable",
        "absentsubscriber": "unreachable",
        "donotdisturbrejection": "blocked",
    }
)
