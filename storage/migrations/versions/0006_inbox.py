"""The inbox: filters that people save, and the version of a report that each act left it at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_filters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
    )
    op.create_index(op.f("ix_saved_filters_person_id"), "saved_filters", ["person_id"])
    op.add_column("audits", sa.Column("version", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the schema down."""
    op.drop_column("audits", "version")
    op.drop_index(op.f("ix_saved_filters_person_id"), table_name="saved_filters")
    op.drop_table("saved_filters")
