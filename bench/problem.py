"""What can stand in the way of a benchmark."""

from __future__ import annotations

from handlers.errors import IzwiError


class BenchProblem(IzwiError):
    """The benchmark cannot be run, or its result is worth nothing. The text is a sentence for whoever runs it."""
