# Generated from a schema diff on 2026-11-22 16:46.
from peewee import *
from storage.db import UTCDateTimeField


def up(migrator, db):
    class Group(Model):
        class Meta:
            database = db
            table_name = 'group'

    class Meeting(Model):
        class Meta:
            database = db
            table_name = 'meeting'

    class Person(Model):
        class Meta:
            database = db
            table_name = 'person'

    class HotSeat(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        meeting = ForeignKeyField(Meeting, null=True, on_delete='SET NULL')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        state = CharField(max_length=8, default='waiting')
        passes = ForeignKeyField(Meeting, null=True, on_delete='SET NULL')
        urgent = BooleanField(default=False)
        urgent_words = TextField(default='')
        agreed_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        agreed_at = UTCDateTimeField(null=True)
        problem = TextField(default='')
        tried = TextField(default='')
        request = TextField(default='')
        plan = TextField(default='')
        learned = TextField(default='')
        share = BooleanField(null=True)
        step = IntegerField(default=0)
        created_at = UTCDateTimeField()
        started_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        started_at = UTCDateTimeField(null=True)
        advised_at = UTCDateTimeField(null=True)
        angles_at = UTCDateTimeField(null=True)
        ended_at = UTCDateTimeField(null=True)
        news = TextField(default='')
        news_asked_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'hot_seat'
            indexes = ((('group', 'state'), False), (('meeting',), False))
    db.create_tables([HotSeat])

    class Advice(Model):
        hotseat = ForeignKeyField(HotSeat, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        words = TextField()
        at = UTCDateTimeField()
        stars = IntegerField(default=0)
        source = CharField(max_length=160, default='')
        class Meta:
            database = db
            table_name = 'advice'
            indexes = ((('hotseat', 'source'), False),)
    db.create_tables([Advice])

    class Step(Model):
        hotseat = ForeignKeyField(HotSeat, on_delete='CASCADE')
        number = IntegerField()
        started_at = UTCDateTimeField()
        ends_at = UTCDateTimeField(null=True)
        rest = IntegerField(null=True)
        extended = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'step'
            indexes = ((('hotseat', 'number'), True),)
    db.create_tables([Step])

    class Extension(Model):
        step = ForeignKeyField(Step, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        round = IntegerField()
        class Meta:
            database = db
            table_name = 'extension'
            indexes = ((('step', 'person', 'round'), True),)
    db.create_tables([Extension])

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

    class Script(Model):
        group = ForeignKeyField(Group, unique=True, on_delete='CASCADE')
        minutes = JSONField()
        seats = IntegerField(null=True)
        auto = BooleanField(default=False)
        before = JSONField(default=dict)
        class Meta:
            database = db
            table_name = 'script'
    db.create_tables([Script])

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

    class Swap(Model):
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        asker = ForeignKeyField(Person, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        state = CharField(max_length=8, default='asked')
        asked_at = UTCDateTimeField()
        agreed_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'swap'
    db.create_tables([Swap])

    migrator.migrate(migrator.add_column('attendance', 'arrived_at', UTCDateTimeField(null=True)))
    migrator.migrate(migrator.add_column('attendance', 'left_at', UTCDateTimeField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column('attendance', 'left_at'))
    migrator.migrate(migrator.drop_column('attendance', 'arrived_at'))
    migrator.migrate(migrator.drop_table('swap'))
    migrator.migrate(migrator.drop_table('session'))
    migrator.migrate(migrator.drop_table('script'))
    migrator.migrate(migrator.drop_table('role'))
    migrator.migrate(migrator.drop_table('extension'))
    migrator.migrate(migrator.drop_table('step'))
    migrator.migrate(migrator.drop_table('advice'))
    migrator.migrate(migrator.drop_table('hot_seat'))
