"""Group commit: what waits for the one writer is written in one transaction, and one flush of the disk serves all of it.

SQLite has one writer, and each commit waits for the disk. On a busy machine that wait is by far the longest part of a request.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from handlers.ports import OpenUnit, UnitOfWork

T = TypeVar("T")

_MOST_AT_ONCE = 64
_Waiting = tuple[Callable[[UnitOfWork], Any], "Future[Any]"]


class GroupCommit:
    """Runs acts in transactions that are shared by all threads of this process.

    On return of a call its act is on disk. An act that raises is undone by itself; a database that fails fails for all in it.
    """

    def __init__(self, writing: OpenUnit) -> None:
        self._writing = writing
        self._waiting: deque[_Waiting] = deque()
        self._leads = threading.Lock()

    def __call__(self, act: Callable[[UnitOfWork], T]) -> T:
        """Run an act and commit it. Whoever comes first leads: it runs what has come meanwhile, too."""
        future: Future[T] = Future()
        self._waiting.append((act, future))
        with self._leads:
            while not future.done():
                self._run([self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))])
        return future.result()

    def _run(self, batch: list[_Waiting]) -> None:
        results: list[tuple[Future[Any], Any]] = []
        try:
            with self._writing() as unit:
                for act, future in batch:
                    try:
                        with unit.apart():
                            results.append((future, act(unit)))
                    except DBAPIError:
                        # A full disk makes SQLite undo the acts before it, too, and say nothing at the commit.
                        raise
                    except Exception as error:
                        future.set_exception(error)
                unit.commit()
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for future, result in results:
            future.set_result(result)
