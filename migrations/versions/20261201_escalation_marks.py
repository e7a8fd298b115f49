"""escalation marks."""

import sqlalchemy as sa
from alembic import op

revision = "5c1f0a7be2d4"
down_revision = "11422c8626fe"
branch_labels = None
depends_on = None

ESCALATED = sa.text("escalation_number IS NOT NULL")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("escalation_number", sa.Integer(), nullable=True))
    op.create_index(
        "ix_tickets_escalation",
        "tickets",
        ["escalation_number"],
        sqlite_where=ESCALATED,
        postgresql_where=ESCALATED,
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_escalation", table_name="tickets")
    op.drop_column("tickets", "escalation_number")
