"""What citizens need: drafts, documents, tracking codes, accounts, search.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


# The index of SQLite's full-text search (FTS5), kept in step with its table by triggers.
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE findables_index USING fts5("
    "words, content='findables', content_rowid='id', tokenize='unicode61')",
    "CREATE TRIGGER findables_added AFTER INSERT ON findables BEGIN "
    "INSERT INTO findables_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER findables_removed AFTER DELETE ON findables BEGIN "
    "INSERT INTO findables_index(findables_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER findables_changed AFTER UPDATE ON findables BEGIN "
    "INSERT INTO findables_index(findables_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); "
    "INSERT INTO findables_index(rowid, words) VALUES (new.id, new.words); END",
)


def upgrade():
    """Makes the change."""
    op.create_table('citizen_accounts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_digest', sa.String(length=64), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_citizen_accounts')),
    sa.UniqueConstraint('email_digest', name=op.f('uq_citizen_accounts_email_digest'))
    )
    op.create_table('sign_in_links',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_links')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_sign_in_links_token_digest'))
    )
    with op.batch_alter_table('sign_in_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_links_expires_at'), ['expires_at'], unique=False)

    op.create_table('findables',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('reference', sa.String(length=120), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('category', sa.String(length=40), nullable=True),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_findables_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_findables')),
    sa.UniqueConstraint('kind', 'reference', name=op.f('uq_findables_kind_reference'))
    )
    with op.batch_alter_table('findables', schema=None) as batch_op:
        batch_op.create_index('ix_findables_unit', ['unit_id', 'id'], unique=False)
    if op.get_bind().dialect.name == 'sqlite':
        for statement in SQLITE_SEARCH:
            op.execute(statement)
    else:
        op.execute(
            "CREATE INDEX ix_findables_words ON findables USING gin (to_tsvector('simple', words))"
        )

    op.create_table('application_drafts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code_shown_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_application_drafts_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_drafts')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_application_drafts_token_digest'))
    )
    with op.batch_alter_table('application_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_drafts_expires_at'), ['expires_at'], unique=False)

    op.create_table('tracking_codes',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_tracking_codes_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_tracking_codes'))
    )
    op.create_table('documents',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('from_applicant', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_documents_case_id_cases')),
    sa.ForeignKeyConstraint(['draft_id'], ['application_drafts.id'], name=op.f('fk_documents_draft_id_application_drafts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
    sa.UniqueConstraint('key', name=op.f('uq_documents_key'))
    )
    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.create_index('ix_documents_case', ['case_id', 'id'], unique=False)
        batch_op.create_index('ix_documents_content', ['sha256'], unique=False)
        batch_op.create_index('ix_documents_draft', ['draft_id', 'id'], unique=False)

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recipient', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('locale', sa.String(length=10), nullable=True))
        batch_op.alter_column('person_id',
               existing_type=sa.INTEGER(),
               nullable=True)

    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email_digest', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_parties_email_digest'), ['email_digest'], unique=False)

    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.add_column(sa.Column('responsibilities', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('address', sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column('opening_hours', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('phone', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('reconsideration_authority', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('court', sa.String(length=200), nullable=True))



def downgrade():
    """Takes it back."""
    # Columns are dropped in place: a table that others refer to cannot be made anew on SQLite.
    for column in (
        'court', 'reconsideration_authority', 'phone', 'opening_hours', 'address',
        'responsibilities',
    ):
        op.drop_column('units', column)
    op.drop_index('ix_parties_email_digest', 'parties')
    op.drop_column('parties', 'email_digest')
    op.execute('DELETE FROM messages WHERE person_id IS NULL')

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.alter_column('person_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('locale')
        batch_op.drop_column('recipient')

    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.drop_index('ix_documents_draft')
        batch_op.drop_index('ix_documents_content')
        batch_op.drop_index('ix_documents_case')

    op.drop_table('documents')
    op.drop_table('tracking_codes')
    with op.batch_alter_table('application_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_drafts_expires_at'))

    op.drop_table('application_drafts')
    with op.batch_alter_table('findables', schema=None) as batch_op:
        batch_op.drop_index('ix_findables_unit')

    op.execute('DROP TABLE IF EXISTS findables_index')
    op.drop_table('findables')
    with op.batch_alter_table('sign_in_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_links_expires_at'))

    op.drop_table('sign_in_links')
    op.drop_table('citizen_accounts')
