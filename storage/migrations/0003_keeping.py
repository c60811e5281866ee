# Generated from a schema diff on 2026-11-22 20:52.
from peewee import *
from storage.db import UTCDateTimeField


def up(migrator, db):
    class Group(Model):
        class Meta:
            database = db
            table_name = 'group'

    class Person(Model):
        class Meta:
            database = db
            table_name = 'person'

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


def down(migrator, db):
    migrator.migrate(migrator.drop_table('pass'))
