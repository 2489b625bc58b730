"""Versions of the lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "list_versions",
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("intake_wrap", sa.LargeBinary(), nullable=False),
        sa.Column("desk_seal", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_list_versions_author_id")),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_list_versions")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_list_versions_name_number")),
    )


def downgrade() -> None:
    """Take the schema down."""
    op.drop_table("list_versions")
