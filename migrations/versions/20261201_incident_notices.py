"""incident notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8d2e6b4c91fa"
down_revision = "a314a7ba64a8"
branch_labels = None
depends_on = None

TEXTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("escalations") as table:
        table.drop_column("notice")
    with op.batch_alter_table("escalations") as table:
        table.add_column(sa.Column("notice", TEXTS, nullable=True))
        table.add_column(
            sa.Column("notice_scope", sa.Text(), nullable=False, server_default="site")
        )
        table.add_column(sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("escalations") as table:
        table.drop_column("notice_at")
        table.drop_column("notice_scope")
        table.drop_column("notice")
    with op.batch_alter_table("escalations") as table:
        table.add_column(sa.Column("notice", sa.Text(), nullable=False, server_default=""))
