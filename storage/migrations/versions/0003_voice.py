"""Voice: calls, recordings, field monitors, prompts, and replies that wait to be heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.String(length=32)
_WORD = sa.String(length=64)
_TIED = ("sources", "reports")


def upgrade() -> None:
    """Bring the schema up."""
    _add_monitors()
    _add_calls()
    _add_recordings()
    _add_what_is_heard()
    for table in _TIED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("monitor_id", _ID, nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_monitor_id"), "monitors", ["monitor_id"], ["id"])
            batch.create_index(op.f(f"ix_{table}_monitor_id"), ["monitor_id"])


def downgrade() -> None:
    """Take the schema down."""
    for table in _TIED:
        with op.batch_alter_table(table) as batch:
            batch.drop_index(op.f(f"ix_{table}_monitor_id"))
            batch.drop_constraint(op.f(f"fk_{table}_monitor_id"), type_="foreignkey")
            batch.drop_column("monitor_id")
    for table in ("waiting", "prompts", "recordings", "calls", "monitors"):
        op.drop_table(table)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _add_monitors() -> None:
    op.create_table(
        "monitors",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pin", sa.String(length=160), nullable=False),
        sa.Column("duress_pin", sa.String(length=160), nullable=True),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_hour", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=False),
        sa.Column("word_tag", sa.LargeBinary(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitors")),
        sa.UniqueConstraint("code_tag", name=op.f("uq_monitors_code_tag")),
        sa.UniqueConstraint("word_tag", name=op.f("uq_monitors_word_tag")),
    )


def _add_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("report_id", _ID, nullable=True),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("direction", _WORD, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=32), nullable=True),
        sa.Column("monitor_id", _ID, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", _WORD, nullable=True),
        _refers("calls", "source_id", "sources"),
        _refers("calls", "report_id", "reports"),
        _refers("calls", "message_id", "messages"),
        _refers("calls", "monitor_id", "monitors"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("tag", name=op.f("uq_calls_tag")),
    )
    for column in ("source_id", "report_id", "message_id", "monitor_id"):
        _index("calls", column)
    _index("calls", "hour", "direction")


def _add_recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("period", _ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("original_period", _ID, nullable=True),
        sa.Column("original_key", sa.LargeBinary(), nullable=True),
        sa.Column("reason", _WORD, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _refers("recordings", "message_id", "messages"),
        _refers("recordings", "report_id", "reports"),
        _refers("recordings", "period", "periods"),
        _refers("recordings", "original_period", "periods"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("tag", name=op.f("uq_recordings_tag")),
    )
    for column in ("message_id", "report_id", "period", "original_period"):
        _index("recordings", column)


def _add_what_is_heard() -> None:
    op.create_table(
        "prompts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", _WORD, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("author_id", _ID, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        _refers("prompts", "author_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompts")),
        sa.UniqueConstraint("key", "language", name=op.f("uq_prompts_key_language")),
    )
    op.create_table(
        "waiting",
        sa.Column("id", _ID, nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("period", _ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("heard_hour", sa.Integer(), nullable=True),
        sa.Column("served_at", sa.BigInteger(), nullable=False),
        _refers("waiting", "report_id", "reports"),
        _refers("waiting", "message_id", "messages"),
        _refers("waiting", "period", "periods"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    for column in ("report_id", "message_id", "period"):
        _index("waiting", column)
