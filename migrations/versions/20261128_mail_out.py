"""mail out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = "b37d2c90e514"
down_revision = "a9da6bc48834"
branch_labels = None
depends_on = None

#: Columns that rows of before need a value for; the application gives its own from now on.
FILLED = {
    'outgoing_mail': [
        ('kind', sa.Text(), 'automatic'),
        ('sender', sa.Text(), ''),
        ('thread', sa.JSON(), '[]'),
        ('with_files', sa.Boolean(), sa.false()),
        ('tries', sa.Integer(), '0'),
    ],
    'sites': [
        ('mail_name', sa.Text(), ''),
        ('mail_address', sa.Text(), ''),
    ],
}


def upgrade() -> None:
    for table, columns in FILLED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, value in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, _value in columns:
                batch_op.alter_column(name, existing_type=kind, server_default=None)

    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ticket_message_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_outgoing_mail_ticket_message_id'), ['ticket_message_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outgoing_mail_ticket_message_id_messages'), 'messages', ['ticket_message_id'], ['id'])

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mail', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True))

    op.create_table('suppressions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['outgoing_mail.id'], name=op.f('fk_suppressions_mail_id_outgoing_mail'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suppressions')),
    sa.UniqueConstraint('address', 'reason', name=op.f('uq_suppressions_address_reason'))
    )
    with op.batch_alter_table('suppressions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suppressions_mail_id'), ['mail_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('suppressions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_suppressions_mail_id'))

    op.drop_table('suppressions')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_column('mail')

    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_outgoing_mail_ticket_message_id_messages'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_outgoing_mail_ticket_message_id'))
        batch_op.drop_column('ticket_message_id')
        batch_op.drop_column('next_try_at')

    for table, columns in FILLED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, _kind, _value in columns:
                batch_op.drop_column(name)
