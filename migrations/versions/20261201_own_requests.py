"""own requests."""

import sqlalchemy as sa
from alembic import op

revision = "56e9c23465b7"
down_revision = "25151dec8047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_links_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_links_expires_at"), "sign_in_links", ["expires_at"])
    op.add_column(
        "accounts",
        sa.Column("shares_requests", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "person_sessions", sa.Column("address", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("person_sessions", "address")
    op.drop_column("accounts", "shares_requests")
    op.drop_index(op.f("ix_sign_in_links_expires_at"), table_name="sign_in_links")
    op.drop_table("sign_in_links")
