"""The app to compare with: the same texts taken in as one would write it in an afternoon, with nothing sealed.

Flask, the SDK's signature check, an ORM row with number and text in the clear, one RQ job a message. It commits before it answers
and has a connection pool and a write-ahead log, so that it is a fair one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import redis
from flask import Blueprint, Flask, Response, abort, current_app, request
from rq import Queue, Retry
from rq.serializers import JSONSerializer
from sqlalchemy import DateTime, Engine, String, Text, create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

# The names of its settings.
DATABASE_URL, REDIS_URL, PUBLIC_URL, TOKEN = "PLAIN_DATABASE_URL", "PLAIN_REDIS_URL", "PLAIN_PUBLIC_URL", "PLAIN_AUTH_TOKEN"
QUEUE = "plain"

bp = Blueprint("plain", __name__)


class Base(DeclarativeBase):
    """The tables of the plain app."""


class Message(Base):
    """One text, as it came."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    sender: Mapped[str] = mapped_column(String(64), index=True)
    line: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="received")
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Plain:
    """What a request needs."""

    sessions: sessionmaker[Session]
    queue: Queue
    validator: RequestValidator
    public_url: str


def open_engine(url: str) -> Engine:
    """Open a database with full durability: SQLite with a write-ahead log and `synchronous=FULL`, PostgreSQL as it comes."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=16)
    engine = create_engine(url, pool_size=16, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


def create_app() -> Flask:
    """Build the app from its environment."""
    app = Flask("plain")
    app.extensions["plain"] = Plain(
        sessions=sessionmaker(open_engine(os.environ[DATABASE_URL]), expire_on_commit=False),
        queue=Queue(QUEUE, connection=redis.Redis.from_url(os.environ[REDIS_URL]), serializer=JSONSerializer),
        validator=RequestValidator(os.environ[TOKEN]),
        public_url=os.environ[PUBLIC_URL],
    )
    app.register_blueprint(bp)
    return app


@bp.get("/health/live")
def live() -> str:
    """Say that texts are taken."""
    return "ok\n"


@bp.post("/webhooks/twilio/message")
def take() -> Response:
    """Keep a text, queue its work, answer Twilio."""
    plain: Plain = current_app.extensions["plain"]
    signature = request.headers.get("X-Twilio-Signature", "")
    if not plain.validator.validate(plain.public_url + request.path, request.form, signature):
        abort(403)
    form = request.form
    message = Message(
        sid=form["MessageSid"], sender=form["From"], line=form["To"], text=form["Body"], received_at=datetime.now(UTC)
    )
    with plain.sessions() as session:
        session.add(message)
        try:
            session.commit()
        except IntegrityError:
            return _answer()
    plain.queue.enqueue("bench.plain_app.triage", message.id, retry=Retry(max=5, interval=[5, 30, 120, 600, 3600]))
    return _answer()


def triage(message_id: int) -> None:
    """Mark a text as seen; the job that is queued for each."""
    with Session(open_engine(os.environ[DATABASE_URL])) as session:
        message = session.get(Message, message_id)
        if message is not None:
            message.state = "seen"
            session.commit()


def _answer() -> Response:
    return Response(str(MessagingResponse()), content_type="text/xml")
