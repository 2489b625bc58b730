"""The web application: the doors that this process mounts, and nothing else."""

from __future__ import annotations

import atexit

from flask import Flask

from config.settings import Settings
from gateway import console, ops, webhooks, wiring
from gateway.carriage import connect
from handlers.records import Purpose
from storage.counts import counts


def create_app(settings: Settings) -> Flask:
    """Build the application. It fails at once if the desk is not founded: no text could be sealed."""
    house = wiring.enter_house(settings)
    atexit.register(house.close)
    for purpose in Purpose:
        house.keyring.current(purpose)
    app = Flask("izwi", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, MAX_FORM_MEMORY_SIZE=settings.max_body_bytes)
    redis = connect(house.redis_url)
    app.extensions["ops"] = ops.Ops(
        counts=lambda: counts(house.database, house.log_database, house.spool), redis=redis, port=settings.ops_bind.port
    )
    app.register_blueprint(ops.bp)
    if "webhooks" in settings.doors:
        app.extensions["doors"] = webhooks.Doors(
            wiring.providers(house), wiring.RenewedIntake(house), house.spool, settings.public_url
        )
        app.register_blueprint(webhooks.bp)
    if "console" in settings.doors:
        console.mount(app, wiring.console_services(house, redis))
    return app
