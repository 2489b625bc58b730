"""Indexes for a desk with a million closed reports: the inbox from one index, what has news, and reports by their hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    sqlite, postgresql = sa.text("news = 1"), sa.text("news")  # as each is asked: SQLite takes the index for no other wording
    op.drop_index(op.f("ix_reports_inbox"), table_name="reports")
    op.create_index(op.f("ix_reports_inbox"), "reports", ["state", "opened_hour", "id", "priority", "flags"])
    op.create_index(op.f("ix_reports_news"), "reports", ["state", "id"], sqlite_where=sqlite, postgresql_where=postgresql)
    op.create_index(op.f("ix_reports_opened"), "reports", ["opened_hour", "id", "state"])


def downgrade() -> None:
    """Take the schema down."""
    op.drop_index(op.f("ix_reports_opened"), table_name="reports")
    op.drop_index(op.f("ix_reports_news"), table_name="reports")
    op.drop_index(op.f("ix_reports_inbox"), table_name="reports")
    op.create_index(op.f("ix_reports_inbox"), "reports", ["state", "priority", "opened_hour"])
