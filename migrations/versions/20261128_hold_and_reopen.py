"""hold and reopen."""

import sqlalchemy as sa
from alembic import op

revision = "b7c40e52d1fa"
down_revision = "f41d0666ce9a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as batch_op:
        batch_op.add_column(
            sa.Column("hold_reason", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("reopen_count", sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("tickets") as batch_op:
        batch_op.drop_column("reopen_count")
        batch_op.drop_column("look_at")
        batch_op.drop_column("hold_reason")
