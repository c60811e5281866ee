# Generated from a schema diff on 2026-11-22 17:38.
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

    class Summary(Model):
        meeting = ForeignKeyField(Meeting, unique=True, on_delete='CASCADE')
        posted_at = UTCDateTimeField()
        digest = CharField(max_length=64, default='')
        told_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'summary'
    db.create_tables([Summary])

    class Addition(Model):
        summary = ForeignKeyField(Summary, on_delete='CASCADE')
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        words = TextField()
        source = CharField(max_length=200)
        at = UTCDateTimeField()
        undone_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'addition'
            indexes = ((('source',), True),)
    db.create_tables([Addition])

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
        arrived_at = UTCDateTimeField(null=True)
        left_at = UTCDateTimeField(null=True)
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
        words = TextField(default='')
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
        skip_until = DateField(null=True)
        told_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'session'
    db.create_tables([Session])

    class Brainstorm(Model):
        session = ForeignKeyField(Session, on_delete='CASCADE')
        asked_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        question = TextField()
        state = CharField(max_length=8, default='open')
        started_at = UTCDateTimeField()
        reveals_at = UTCDateTimeField()
        shown_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'brainstorm'
    db.create_tables([Brainstorm])

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

    class Deed(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        person = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        kind = CharField(max_length=24)
        facts = JSONField(default=dict)
        at = UTCDateTimeField()
        undone_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'deed'
            indexes = ((('group', 'at'), False), (('person', 'at'), False))
    db.create_tables([Deed])

    class Delegation(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        giver = ForeignKeyField(Person, on_delete='CASCADE')
        holder = ForeignKeyField(Person, on_delete='CASCADE')
        duty = CharField(max_length=16, default='all')
        until = DateField()
        ends_at = UTCDateTimeField()
        state = CharField(max_length=8, default='asked')
        asked_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'delegation'
            indexes = ((('group', 'state'), False),)
    db.create_tables([Delegation])

    class Mission(Model):
        group = ForeignKeyField(Group, null=True, on_delete='CASCADE')
        code = CharField(max_length=16)
        key = CharField(unique=True, max_length=96)
        title = CharField(max_length=60, default='')
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        state = CharField(max_length=8, default='kept')
        created_at = UTCDateTimeField()
        changed_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'mission'
    db.create_tables([Mission])

    class Draw(Model):
        mission = ForeignKeyField(Mission, on_delete='CASCADE')
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        person = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        drawn = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        state = CharField(max_length=8, default='free')
        drawn_at = UTCDateTimeField()
        held_at = UTCDateTimeField(null=True)
        due = UTCDateTimeField(null=True)
        nudges = IntegerField(default=0)
        passes = IntegerField(default=0)
        refused = JSONField(default=list)
        done_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'draw'
            indexes = ((('meeting', 'mission'), True),)
    db.create_tables([Draw])

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

    class Feed(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        token = CharField(unique=True, max_length=48)
        created_at = UTCDateTimeField()
        revoked_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'feed'
    db.create_tables([Feed])

    class Handover(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        giver = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        heir = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        state = CharField(max_length=8, default='draft')
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'handover'
    db.create_tables([Handover])

    class Idea(Model):
        brainstorm = ForeignKeyField(Brainstorm, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        words = TextField()
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'idea'
    db.create_tables([Idea])

    class Note(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        kind = CharField(max_length=8)
        words = TextField()
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        owner = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        owner_words = CharField(max_length=64, default='')
        candidates = JSONField(default=list)
        asked = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        asked_at = UTCDateTimeField(null=True)
        due = DateField(null=True)
        state = CharField(max_length=8, default='open')
        done_at = UTCDateTimeField(null=True)
        nudged_at = UTCDateTimeField(null=True)
        at = UTCDateTimeField()
        undone_at = UTCDateTimeField(null=True)
        source = CharField(max_length=200)
        position = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'note'
            indexes = ((('source', 'position'), True), (('group', 'kind', 'state'), False), (('meeting',), False))
    db.create_tables([Note])

    class Pace(Model):
        person = ForeignKeyField(Person, unique=True, on_delete='CASCADE')
        pace = CharField(max_length=8, default='eve')
        class Meta:
            database = db
            table_name = 'pace'
    db.create_tables([Pace])

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

    class Rating(Model):
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        value = IntegerField()
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'rating'
            indexes = ((('meeting', 'person'), True),)
    db.create_tables([Rating])

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

    class Rota(Model):
        group = ForeignKeyField(Group, unique=True, on_delete='CASCADE')
        turns = BooleanField(default=False)
        meetings = IntegerField(default=2)
        offered_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'rota'
    db.create_tables([Rota])

    class Round(Model):
        session = ForeignKeyField(Session, on_delete='CASCADE')
        state = CharField(max_length=8, default='on')
        started_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        started_at = UTCDateTimeField()
        ended_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'round'
    db.create_tables([Round])

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

    class Speaker(Model):
        round = ForeignKeyField(Round, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        place = IntegerField()
        state = CharField(max_length=8, default='waiting')
        passes = IntegerField(default=0)
        at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'speaker'
            indexes = ((('round', 'person'), True),)
    db.create_tables([Speaker])

    class SubGroup(Model):
        session = ForeignKeyField(Session, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        number = IntegerField()
        drawn_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'sub_group'
            indexes = ((('session', 'person'), True),)
    db.create_tables([SubGroup])

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

    class Term(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        state = CharField(max_length=8, default='asked')
        meetings = IntegerField(default=2)
        held = IntegerField(default=0)
        instead = ForeignKeyField('self', null=True, on_delete='SET NULL')
        note = TextField(default='')
        asked_at = UTCDateTimeField()
        began_at = UTCDateTimeField(null=True)
        ended_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'term'
            indexes = ((('group', 'state'), False),)
    db.create_tables([Term])

    class Thanks(Model):
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        by = ForeignKeyField(Person, on_delete='CASCADE')
        person = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        words = CharField(max_length=200)
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'thanks'
            indexes = ((('meeting', 'by', 'words'), True),)
    db.create_tables([Thanks])

    class Topic(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        words = TextField()
        state = CharField(max_length=12, default='open')
        meeting = ForeignKeyField(Meeting, null=True, on_delete='SET NULL')
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'topic'
            indexes = ((('group', 'state'), False),)
    db.create_tables([Topic])

    class TopicVote(Model):
        topic = ForeignKeyField(Topic, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'topic_vote'
            indexes = ((('topic', 'person'), True),)
    db.create_tables([TopicVote])

    class Trade(Model):
        mine = ForeignKeyField(Draw, on_delete='CASCADE')
        theirs = ForeignKeyField(Draw, on_delete='CASCADE')
        asker = ForeignKeyField(Person, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        state = CharField(max_length=8, default='asked')
        asked_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'trade'
    db.create_tables([Trade])

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
    migrator.migrate(migrator.drop_table('trade'))
    migrator.migrate(migrator.drop_table('topic_vote'))
    migrator.migrate(migrator.drop_table('topic'))
    migrator.migrate(migrator.drop_table('thanks'))
    migrator.migrate(migrator.drop_table('term'))
    migrator.migrate(migrator.drop_table('swap'))
    migrator.migrate(migrator.drop_table('sub_group'))
    migrator.migrate(migrator.drop_table('speaker'))
    migrator.migrate(migrator.drop_table('script'))
    migrator.migrate(migrator.drop_table('round'))
    migrator.migrate(migrator.drop_table('rota'))
    migrator.migrate(migrator.drop_table('role'))
    migrator.migrate(migrator.drop_table('rhythm'))
    migrator.migrate(migrator.drop_table('rating'))
    migrator.migrate(migrator.drop_table('pause'))
    migrator.migrate(migrator.drop_table('pace'))
    migrator.migrate(migrator.drop_table('note'))
    migrator.migrate(migrator.drop_table('idea'))
    migrator.migrate(migrator.drop_table('handover'))
    migrator.migrate(migrator.drop_table('feed'))
    migrator.migrate(migrator.drop_table('extension'))
    migrator.migrate(migrator.drop_table('step'))
    migrator.migrate(migrator.drop_table('draw'))
    migrator.migrate(migrator.drop_table('mission'))
    migrator.migrate(migrator.drop_table('delegation'))
    migrator.migrate(migrator.drop_table('deed'))
    migrator.migrate(migrator.drop_table('choice'))
    migrator.migrate(migrator.drop_table('change'))
    migrator.migrate(migrator.drop_table('brainstorm'))
    migrator.migrate(migrator.drop_table('session'))
    migrator.migrate(migrator.drop_table('ballot'))
    migrator.migrate(migrator.drop_table('poll'))
    migrator.migrate(migrator.drop_table('attendance'))
    migrator.migrate(migrator.drop_table('advice'))
    migrator.migrate(migrator.drop_table('hot_seat'))
    migrator.migrate(migrator.drop_table('addition'))
    migrator.migrate(migrator.drop_table('summary'))
    migrator.migrate(migrator.drop_table('meeting'))
    migrator.migrate(migrator.drop_table('venue'))
