# Generated from a schema diff on 2026-11-23 01:39.
from peewee import *
from storage.db import UTCDateTimeField


def up(migrator, db):
    class Group(Model):
        class Meta:
            database = db
            table_name = 'group'

    class Membership(Model):
        class Meta:
            database = db
            table_name = 'membership'

    class Person(Model):
        class Meta:
            database = db
            table_name = 'person'

    class Consent(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        group = ForeignKeyField(Group, null=True, on_delete='CASCADE')
        kind = CharField(max_length=16)
        words = TextField(default='')
        given_at = UTCDateTimeField()
        withdrawn_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'consent'
            indexes = ((('person', 'kind'), False),)
    db.create_tables([Consent])

    class Erasure(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        asked_at = UTCDateTimeField()
        due = UTCDateTimeField()
        done_at = UTCDateTimeField(null=True)
        stopped_at = UTCDateTimeField(null=True)
        rows = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'erasure'
    db.create_tables([Erasure])

    class NoCard(Model):
        seat = ForeignKeyField(Membership, unique=True, on_delete='CASCADE')
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'no_card'
    db.create_tables([NoCard])

    class Pass(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        group = ForeignKeyField(Group, null=True, on_delete='CASCADE')
        page = CharField(max_length=16)
        link = CharField(unique=True, max_length=64)
        key = CharField(unique=True, null=True, max_length=64)
        created_at = UTCDateTimeField()
        expires_at = UTCDateTimeField()
        used_at = UTCDateTimeField(null=True)
        ends_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'pass'
    db.create_tables([Pass])

    class Portrait(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        group = ForeignKeyField(Group, on_delete='CASCADE')
        platform = CharField(max_length=16)
        source = TextField(default='')
        body = BlobField(null=True)
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'portrait'
            indexes = ((('person', 'group'), True),)
    db.create_tables([Portrait])

    migrator.migrate(migrator.add_column('person', 'erased_at', UTCDateTimeField(null=True)))
    migrator.migrate(migrator.add_column('reminder', 'tries', IntegerField(default=0)))
    migrator.migrate(migrator.add_index('post', ('chat', 'card')))


def down(migrator, db):
    migrator.migrate(migrator.drop_index('post', 'post_chat_card'))
    migrator.migrate(migrator.drop_column('reminder', 'tries'))
    migrator.migrate(migrator.drop_column('person', 'erased_at'))
    migrator.migrate(migrator.drop_table('portrait'))
    migrator.migrate(migrator.drop_table('pass'))
    migrator.migrate(migrator.drop_table('no_card'))
    migrator.migrate(migrator.drop_table('erasure'))
    migrator.migrate(migrator.drop_table('consent'))
