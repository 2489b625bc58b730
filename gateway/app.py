"""The web application: the doors that this process mounts, and nothing else."""

from __future__ import annotations

import atexit

from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from config.logs import get_log
from config.settings import Settings
from gateway import console, ops, speech, spoken, webhooks, wiring
from gateway.carriage import connect
from handlers.records import Purpose
from storage.counts import counts

log = get_log(__name__)


def create_app(settings: Settings) -> Flask:
    """Build the application. It fails at once if the desk is not founded: no text could be sealed. With the database away it
    starts all the same: texts go to the spool."""
    house = wiring.enter_house(settings)
    atexit.register(house.close)
    try:
        for purpose in Purpose:
            house.keyring.current(purpose)
    except OperationalError:
        log.warning("database_away")
    app = Flask("izwi", static_folder=None)
    if settings.proxies:
        # Without it every caller has our own web server's address: one bucket for all sign-ins, and no source is ever allowed.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
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
        app.extensions["speech"] = speech.Shelf(house.units[1], spoken.replies(house))
        app.register_blueprint(speech.bp)
    if "console" in settings.doors:
        console.mount(app, wiring.console_services(house, redis))
    return app
