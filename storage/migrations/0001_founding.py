# Generated from a schema diff on 2026-11-22 15:00.
from peewee import *
from storage.db import UTCDateTimeField


def up(migrator, db):
    class Person(Model):
        name = CharField(max_length=64, default='')
        language = CharField(null=True, max_length=8)
        language_chosen = BooleanField(default=False)
        timezone = CharField(null=True, max_length=64)
        created_at = UTCDateTimeField()
        informed_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'person'
    db.create_tables([Person])

    class Address(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        platform = CharField(max_length=16)
        address = CharField(max_length=160)
        external = CharField(null=True, max_length=160)
        state = CharField(max_length=16, default='ok')
        opted_in_at = UTCDateTimeField(null=True)
        opted_in_words = TextField(null=True)
        opted_out_at = UTCDateTimeField(null=True)
        last_inbound_at = UTCDateTimeField(null=True)
        template_at = UTCDateTimeField(null=True)
        created_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'address'
            indexes = ((('platform', 'address'), True), (('platform', 'external'), True))
    db.create_tables([Address])

    class Chat(Model):
        chat_id = BigIntegerField(unique=True)
        title = CharField(default='')
        kind = CharField(max_length=16, default='group')
        present = BooleanField(default=True)
        rights = JSONField(default=dict)
        added_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        added_at = UTCDateTimeField()
        moved_to = BigIntegerField(null=True)
        start_asked_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'chat'
    db.create_tables([Chat])

    class Group(Model):
        name = CharField(max_length=128, default='')
        purpose = TextField(default='')
        city = CharField(max_length=128, default='')
        country = CharField(max_length=2, default='')
        timezone = CharField(max_length=64)
        language = CharField(max_length=8)
        rhythm_days = IntegerField(default=14)
        expectations = TextField(default='')
        charter = TextField(default='')
        questions = JSONField(default=list)
        words_required = IntegerField(default=15)
        on_telegram = BooleanField(default=True)
        on_whatsapp = BooleanField(default=True)
        chat = ForeignKeyField(Chat, unique=True, null=True, on_delete='SET NULL')
        whatsapp_link = CharField(null=True)
        founder = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        state = CharField(max_length=16, default='founding')
        draft = JSONField(default=dict)
        created_at = UTCDateTimeField()
        founded_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'group'
    db.create_tables([Group])

    class ApplyLink(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        kind = CharField(max_length=16)
        code = CharField(unique=True, max_length=16)
        sponsor = ForeignKeyField(Person, null=True, on_delete='CASCADE')
        label = CharField(null=True, max_length=64)
        created_at = UTCDateTimeField()
        expires_at = UTCDateTimeField(null=True)
        revoked_at = UTCDateTimeField(null=True)
        uses = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'apply_link'
    db.create_tables([ApplyLink])

    class Application(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        address = ForeignKeyField(Address, null=True, on_delete='SET NULL')
        link = ForeignKeyField(ApplyLink, null=True, on_delete='SET NULL')
        questions = JSONField(default=list)
        answers = JSONField(default=list)
        retried = IntegerField(default=-1)
        state = CharField(max_length=16, default='draft')
        held_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        started_at = UTCDateTimeField()
        touched_at = UTCDateTimeField()
        sent_at = UTCDateTimeField(null=True)
        nudged_at = UTCDateTimeField(null=True)
        decided_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        decided_at = UTCDateTimeField(null=True)
        reason = TextField(null=True)
        class Meta:
            database = db
            table_name = 'application'
    db.create_tables([Application])

    class Card(Model):
        chat = CharField(max_length=160)
        key = CharField(max_length=96)
        message = CharField(null=True, max_length=64)
        digest = CharField(null=True, max_length=64)
        shown_at = UTCDateTimeField(null=True)
        group = ForeignKeyField(Group, null=True, on_delete='CASCADE')
        class Meta:
            database = db
            table_name = 'card'
            indexes = ((('chat', 'key'), True),)
    db.create_tables([Card])

    class ClockShift(Model):
        seconds = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'clock_shift'
    db.create_tables([ClockShift])

    class Content(Model):
        name = CharField(max_length=64)
        language = CharField(max_length=8)
        sid = CharField(max_length=64)
        digest = CharField(max_length=64)
        approval = CharField(max_length=24, default='unsubmitted')
        checked_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'content'
            indexes = ((('name', 'language'), True),)
    db.create_tables([Content])

    class DeadLetter(Model):
        platform = CharField(max_length=16)
        key = CharField(null=True, max_length=160)
        body = TextField()
        error = TextField(null=True)
        state = CharField(max_length=16, default='kept')
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'dead_letter'
    db.create_tables([DeadLetter])

    class Exchange(Model):
        application = ForeignKeyField(Application, on_delete='CASCADE')
        asked_by = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        question = TextField()
        asked_at = UTCDateTimeField()
        answer = TextField(null=True)
        answered_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'exchange'
    db.create_tables([Exchange])

    class Fact(Model):
        name = CharField(unique=True, max_length=64)
        value = TextField()
        class Meta:
            database = db
            table_name = 'fact'
    db.create_tables([Fact])

    class Invite(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        kind = CharField(max_length=16)
        link = CharField(unique=True, null=True)
        state = CharField(max_length=16, default='wanted')
        expires_at = UTCDateTimeField()
        used_by = ForeignKeyField(Address, null=True, on_delete='SET NULL')
        class Meta:
            database = db
            table_name = 'invite'
    db.create_tables([Invite])

    class Knock(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        address = ForeignKeyField(Address, on_delete='CASCADE')
        kind = CharField(max_length=16)
        state = CharField(max_length=16, default='pending')
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'knock'
            indexes = ((('group', 'address', 'kind'), True),)
    db.create_tables([Knock])

    class Lease(Model):
        name = CharField(unique=True, max_length=32)
        holder = CharField(max_length=64)
        until = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'lease'
    db.create_tables([Lease])

    class LinkCode(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        digest = CharField(unique=True, max_length=64)
        expires_at = UTCDateTimeField()
        used_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'link_code'
    db.create_tables([LinkCode])

    class Post(Model):
        id = BigAutoField()
        key = CharField(unique=True, null=True, max_length=160)
        kind = CharField(max_length=16, default='text')
        platform = CharField(max_length=16)
        chat = CharField(max_length=160)
        address = ForeignKeyField(Address, null=True, on_delete='CASCADE', index=False)
        group = ForeignKeyField(Group, null=True, on_delete='CASCADE', index=False)
        card = CharField(null=True, max_length=96)
        payload = JSONField(default=dict)
        choices = BooleanField(default=False)
        urgency = IntegerField(default=1)
        level = CharField(max_length=16, default='essential')
        unasked = BooleanField(default=False)
        copy = BooleanField(default=False)
        state = CharField(max_length=16, default='pending')
        waits = CharField(max_length=16, default='')
        reason = TextField(null=True)
        due = UTCDateTimeField()
        valid_until = UTCDateTimeField(null=True)
        attempts = IntegerField(default=0)
        lease = CharField(null=True, max_length=32)
        leased_until = UTCDateTimeField(null=True)
        created_at = UTCDateTimeField()
        sent_at = UTCDateTimeField(null=True)
        message = CharField(null=True, max_length=64)
        status = CharField(null=True, max_length=24)
        template = BooleanField(default=False)
        class Meta:
            database = db
            table_name = 'post'
            indexes = ((('message',), False), (('address', 'state'), False), (('state', 'due'), False))
    db.create_tables([Post])

    class Media(Model):
        post = ForeignKeyField(Post, null=True, on_delete='CASCADE')
        name = CharField(unique=True, max_length=64)
        mime = CharField(max_length=64)
        body = BlobField()
        expires_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'media'
    db.create_tables([Media])

    class Membership(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        address = ForeignKeyField(Address, null=True, on_delete='SET NULL')
        role = CharField(max_length=16, default='member')
        state = CharField(max_length=16, default='in')
        dial = CharField(max_length=16, default='all')
        dial_before = CharField(null=True, max_length=16)
        paused_until = UTCDateTimeField(null=True)
        sponsor = ForeignKeyField(Person, null=True, on_delete='SET NULL')
        introduction = TextField(null=True)
        introduced_at = UTCDateTimeField(null=True)
        joined_at = UTCDateTimeField()
        left_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'membership'
            indexes = ((('group', 'person'), True),)
    db.create_tables([Membership])

    class Question(Model):
        address = ForeignKeyField(Address, unique=True, on_delete='CASCADE')
        code = CharField(max_length=64)
        answers = JSONField(default=dict)
        group = ForeignKeyField(Group, null=True, on_delete='CASCADE')
        asked_at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'question'
    db.create_tables([Question])

    class Receipt(Model):
        message = CharField(index=True, max_length=64)
        status = CharField(max_length=24)
        error = CharField(max_length=16, default='')
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'receipt'
    db.create_tables([Receipt])

    class Relay(Model):
        group = ForeignKeyField(Group, on_delete='CASCADE', index=False)
        person = ForeignKeyField(Person, on_delete='CASCADE')
        at = UTCDateTimeField()
        length = IntegerField()
        class Meta:
            database = db
            table_name = 'relay'
            indexes = ((('group', 'at'), False),)
    db.create_tables([Relay])

    class Reminder(Model):
        code = CharField(max_length=64)
        model = CharField(max_length=64)
        record = IntegerField()
        due = UTCDateTimeField()
        state = CharField(max_length=16, default='set')
        rung_at = UTCDateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'reminder'
            indexes = ((('code', 'model', 'record', 'due'), True), (('state', 'due'), False))
    db.create_tables([Reminder])

    class Seen(Model):
        key = CharField(unique=True, max_length=64)
        reply = TextField(null=True)
        at = UTCDateTimeField()
        class Meta:
            database = db
            table_name = 'seen'
    db.create_tables([Seen])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('seen'))
    migrator.migrate(migrator.drop_table('reminder'))
    migrator.migrate(migrator.drop_table('relay'))
    migrator.migrate(migrator.drop_table('receipt'))
    migrator.migrate(migrator.drop_table('question'))
    migrator.migrate(migrator.drop_table('membership'))
    migrator.migrate(migrator.drop_table('media'))
    migrator.migrate(migrator.drop_table('post'))
    migrator.migrate(migrator.drop_table('link_code'))
    migrator.migrate(migrator.drop_table('lease'))
    migrator.migrate(migrator.drop_table('knock'))
    migrator.migrate(migrator.drop_table('invite'))
    migrator.migrate(migrator.drop_table('fact'))
    migrator.migrate(migrator.drop_table('exchange'))
    migrator.migrate(migrator.drop_table('dead_letter'))
    migrator.migrate(migrator.drop_table('content'))
    migrator.migrate(migrator.drop_table('clock_shift'))
    migrator.migrate(migrator.drop_table('card'))
    migrator.migrate(migrator.drop_table('application'))
    migrator.migrate(migrator.drop_table('apply_link'))
    migrator.migrate(migrator.drop_table('group'))
    migrator.migrate(migrator.drop_table('chat'))
    migrator.migrate(migrator.drop_table('address'))
    migrator.migrate(migrator.drop_table('person'))
