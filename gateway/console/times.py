"""Times and ages as the pages tell them: in Zimbabwe, and in the language of their reader."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gateway.console.languages import date_words, gettext, ngettext

HARARE = ZoneInfo("Africa/Harare")


def moment(at: float) -> str:
    """Give a moment as told in Zimbabwe, such as `Tue 24 Nov 2026, 04:15`."""
    return date_words(datetime.fromtimestamp(at, HARARE), "EEE d MMM y, HH:mm")


def of_hour(hour: int) -> str:
    """Give an hour since 1970 as told in Zimbabwe."""
    return date_words(datetime.fromtimestamp(hour * 3600, HARARE), "EEE d MMM y, HH 'h'")


def iso(at: float) -> str:
    """Give a moment for machines."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def age(hours: int) -> str:
    """Give an age in words."""
    if hours < 1:
        return gettext("under an hour")
    if hours < 48:
        return gettext("%(count)s h", count=hours)
    return ngettext("%(num)d day", "%(num)d days", hours // 24)


def hours(count: int) -> str:
    """Give a number of hours in words, such as `8 hours` or `3 days and 2 hours`."""
    days, rest = divmod(count, 24) if count >= 48 else (0, count)
    in_days = ngettext("%(num)d day", "%(num)d days", days)
    in_hours = ngettext("%(num)d hour", "%(num)d hours", rest)
    if days and rest:
        return gettext("%(days)s and %(hours)s", days=in_days, hours=in_hours)
    return in_days if days else in_hours
