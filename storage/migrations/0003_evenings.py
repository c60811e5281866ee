# Generated from a schema diff on 2026-11-22 16:42.
from peewee import *
from storage.db import UTCDateTimeField


def up(migrator, db):
    class Meeting(Model):
        class Meta:
            database = db
            table_name = 'meeting'

    class Person(Model):
        class Meta:
            database = db
            table_name = 'person'

    class Role(Model):
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        kind = CharField(max_length=16)
        given_at = UTCDateTimeField()
        refused_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'role'
            indexes = ((('meeting', 'kind', 'person'), True),)
    db.create_tables([Role])

    class Session(Model):
        meeting = ForeignKeyField(Meeting, unique=True, on_delete='CASCADE')
        state = CharField(max_length=16, default='running')
        mode = CharField(max_length=16, default='structured')
        started_at = UTCDateTimeField()
        started_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        animator = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        ends_expected = UTCDateTimeField()
        closing_at = UTCDateTimeField(null=True)
        closed_at = UTCDateTimeField(null=True)
        closed_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'session'
    db.create_tables([Session])

    migrator.migrate(migrator.add_column('attendance', 'arrived_at', UTCDateTimeField(null=True)))
    migrator.migrate(migrator.add_column('attendance', 'left_at', UTCDateTimeField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column('attendance', 'left_at'))
    migrator.migrate(migrator.drop_column('attendance', 'arrived_at'))
    migrator.migrate(migrator.drop_table('session'))
    migrator.migrate(migrator.drop_table('role'))
