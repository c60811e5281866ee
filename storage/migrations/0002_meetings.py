# Generated from a schema diff on 2026-11-22 16:41.
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

    class Venue(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        name = CharField(max_length=120)
        address = CharField(default='')
        town = CharField(max_length=120, default='')
        link = CharField(max_length=512, default='')
        map_link = CharField(max_length=512, default='')
        capacity = IntegerField(null=True)
        notes = JSONField(default=list)
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        retired = BooleanField(default=False)
        created_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'venue'
    db.create_tables([Venue])

    class Meeting(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        uid = CharField(unique=True, max_length=64)
        wall = CharField(max_length=16)
        zone = CharField(max_length=64)
        starts_at = UTCDateTimeField(index=True)
        length = IntegerField(default=120)
        title = CharField(max_length=120, default='')
        venue = ForeignKeyField(Venue, null=True, on_delete='SET NULL')
        place = CharField(default='')
        link = CharField(max_length=512, default='')
        state = CharField(max_length=16, default='fixed')
        sequence = IntegerField(default=0)
        capacity = IntegerField(null=True)
        plus_ones = BooleanField(default=False)
        fixed_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        booked_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        head_count = IntegerField(null=True)
        created_at = UTCDateTimeField()
        changed_at = UTCDateTimeField()
        closed_at = UTCDateTimeField(null=True)
        over_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'meeting'
            indexes = ((('group', 'starts_at'), False),)
    db.create_tables([Meeting])

    class Attendance(Model):
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        answer = CharField(max_length=8)
        guests = IntegerField(default=0)
        comment = TextField(default='')
        waits_since = UTCDateTimeField(null=True)
        sure_at = UTCDateTimeField(null=True)
        asked_at = UTCDateTimeField(null=True)
        late = IntegerField(null=True)
        was = CharField(max_length=8, default='')
        signalled_at = UTCDateTimeField(null=True)
        relayed_at = UTCDateTimeField(null=True)
        dropped_at = UTCDateTimeField(null=True)
        present = BooleanField(null=True)
        answered_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'attendance'
            indexes = ((('meeting', 'person'), True),)
    db.create_tables([Attendance])

    class Poll(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        kind = CharField(max_length=8, default='date')
        asked_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        title = CharField(max_length=120, default='')
        place = CharField(default='')
        venue = ForeignKeyField(Venue, null=True, on_delete='SET NULL')
        length = IntegerField(null=True)
        meeting = ForeignKeyField(Meeting, null=True, on_delete='SET NULL')
        state = CharField(max_length=16, default='draft')
        quorum = IntegerField(default=0)
        page = IntegerField(default=0)
        created_at = UTCDateTimeField()
        opened_at = UTCDateTimeField(null=True)
        closes_at = UTCDateTimeField(null=True)
        complete_at = UTCDateTimeField(null=True)
        closed_at = UTCDateTimeField(null=True)
        closed_how = CharField(null=True, max_length=16)
        closed_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'poll'
            indexes = ((('group', 'state'), False),)
    db.create_tables([Poll])

    class Ballot(Model):
        poll = ForeignKeyField(Poll, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        answered_at = UTCDateTimeField(null=True)
        nudges = IntegerField(default=0)
        words = TextField(default='')
        class Meta:
            database = db
            table_name = 'ballot'
            indexes = ((('poll', 'person'), True),)
    db.create_tables([Ballot])

    class Change(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        meeting = ForeignKeyField(Meeting, null=True, on_delete='CASCADE')
        kind = CharField(max_length=8)
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        sequence = IntegerField(null=True)
        wall = CharField(null=True, max_length=16)
        zone = CharField(null=True, max_length=64)
        length = IntegerField(null=True)
        venue = ForeignKeyField(Venue, null=True, on_delete='CASCADE')
        place = CharField(default='')
        link = CharField(max_length=512, default='')
        words = TextField(default='')
        state = CharField(max_length=8, default='draft')
        created_at = UTCDateTimeField()
        done_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        done_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'change'
    db.create_tables([Change])

    class Choice(Model):
        poll = ForeignKeyField(Poll, on_delete='CASCADE')
        wall = CharField(null=True, max_length=16)
        zone = CharField(null=True, max_length=64)
        starts_at = UTCDateTimeField(null=True)
        length = IntegerField(null=True)
        venue = ForeignKeyField(Venue, null=True, on_delete='CASCADE')
        words = CharField(default='')
        doubtful = BooleanField(default=False)
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'choice'
    db.create_tables([Choice])

    class Feed(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        token = CharField(unique=True, max_length=48)
        created_at = UTCDateTimeField()
        revoked_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'feed'
    db.create_tables([Feed])

    class Pause(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        since = UTCDateTimeField()
        until = DateField()
        ends_at = UTCDateTimeField()
        ended_at = UTCDateTimeField(null=True)
        decided_at = UTCDateTimeField(null=True)
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'pause'
    db.create_tables([Pause])

    class Rhythm(Model):
        group = ForeignKeyField(Group, unique=True, on_delete='CASCADE')
        weekdays = JSONField(default=list)
        start = CharField(null=True, max_length=5)
        length = IntegerField(default=120)
        proposes = BooleanField(default=False)
        avoids_holidays = BooleanField(default=True)
        school_zone = CharField(null=True, max_length=1)
        quorum = IntegerField(default=3)
        capacity = IntegerField(null=True)
        plus_ones = BooleanField(default=False)
        poll_days = IntegerField(default=4)
        reminders = JSONField()
        offered_at = UTCDateTimeField(null=True)
        before = JSONField(default=dict)
        class Meta:
            database = db
            table_name = 'rhythm'
    db.create_tables([Rhythm])

    class Vote(Model):
        choice = ForeignKeyField(Choice, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        value = IntegerField()
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'vote'
            indexes = ((('choice', 'person'), True),)
    db.create_tables([Vote])

    class Watch(Model):
        group = ForeignKeyField(Group, unique=True, on_delete='CASCADE')
        step = IntegerField(default=0)
        told_at = UTCDateTimeField(null=True)
        quiet_until = UTCDateTimeField(null=True)
        looks_at = UTCDateTimeField(index=True)
        class Meta:
            database = db
            table_name = 'watch'
    db.create_tables([Watch])

    migrator.migrate(migrator.add_column('group', 'public_page', BooleanField(default=False)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column('group', 'public_page'))
    migrator.migrate(migrator.drop_table('watch'))
    migrator.migrate(migrator.drop_table('vote'))
    migrator.migrate(migrator.drop_table('rhythm'))
    migrator.migrate(migrator.drop_table('pause'))
    migrator.migrate(migrator.drop_table('feed'))
    migrator.migrate(migrator.drop_table('choice'))
    migrator.migrate(migrator.drop_table('change'))
    migrator.migrate(migrator.drop_table('ballot'))
    migrator.migrate(migrator.drop_table('poll'))
    migrator.migrate(migrator.drop_table('attendance'))
    migrator.migrate(migrator.drop_table('meeting'))
    migrator.migrate(migrator.drop_table('venue'))
