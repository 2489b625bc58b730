"""Ageing: what a report gains by waiting. The one rule: the inbox sorts by it, and the pages say it.

All age alike, so two reports never change places by themselves, and only what comes within `LONGEST_BEHIND` hours can pass one.
"""

from __future__ import annotations

from handlers.reports import ReportState

HOURS_A_POINT = 2
LATE_AFTER = ((60, 4), (30, 24), (0, 72))  # of this priority and more, what waits so many hours waits too long
LONGEST_BEHIND = 100 * HOURS_A_POINT  # hours: the lowest that waits so long stands level with the highest that comes in new


def waits_since(state: ReportState, *, opened_hour: int, updated_hour: int) -> int:
    """Give the hour since when a report waits: since it came; if it stands in the case log, since the last text to it."""
    return updated_hour if state is ReportState.LOGGED else opened_hour


def gained(hours_waiting: int) -> int:
    """Give the whole points that a report has gained by waiting, such as 4 for 8 hours."""
    return max(0, hours_waiting) // HOURS_A_POINT


def rank(priority: int, hours_waiting: int) -> int:
    """Give what the inbox sorts by, the highest first; SQL works it out by the same sum in `storage.queries`."""
    return priority * HOURS_A_POINT + max(0, hours_waiting)


def aged(priority: int, hours_waiting: int) -> float:
    """Give the priority with what was gained by waiting, half points too."""
    return rank(priority, hours_waiting) / HOURS_A_POINT


def late_after(priority: int) -> int:
    """Give the hours after which a report of this priority waits too long."""
    return next(hours for least, hours in LATE_AFTER if priority >= least)
