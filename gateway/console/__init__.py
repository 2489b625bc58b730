"""The console: the coordinator's and the focal point's pages, one module a subject.

HTML from the server, complete without JavaScript. May import storage and handlers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from gateway.console.services import ConsoleServices


def mount(app: Flask, services: ConsoleServices) -> None:
    """Put the console on an app. Pages are loaded only now: a worker that reads `ConsoleServices` needs none of them."""
    from gateway.console.mounting import mount_pages

    mount_pages(app, services)
