"""customer agrees."""

import sqlalchemy as sa
from alembic import op

revision = "25151dec8047"
down_revision = "7a4a4261bb6c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("tickets", "confirmed_at")
