"""Which tests judge which module; the stories alone would notice more, and take a day."""

PERMISSION = {
    "handlers.kit.router": {
        "press",
        "_refusal",
        "_own_seat",
        "_group_of",
        "_is_home",
        "_seat",
        "_came_since",
        "_check_and_run",
        "_tapped",
    }
}
DRAWN = {"jobs.pictures", "jobs.mission_pictures", "jobs.health_picture", "jobs.pdf"}  # a pixel more is no fault
INSIDE = [
    "tests/abuse",
    "tests/parts/test_permission.py",
    "tests/parts/test_hooks.py",
    "tests/parts/test_unwell.py",
    "tests/edges/test_twilio_forms.py",
    "tests/edges/test_telegram_updates.py",
]
PAGES = [
    "tests/parts/test_page_words.py",
    "tests/parts/test_unwell.py",
    "tests/abuse/test_web.py",
    "tests/edges/test_pages.py",
    "tests/edges/test_calendar_pages.py",
    "tests/edges/test_own_pages.py",
    "tests/edges/test_privacy_pages.py",
    "tests/edges/test_summary_page.py",
    "tests/edges/test_errors.py",
    "tests/parts/test_calendars.py",
]
WRITING_DOWN = [
    "tests/abuse/test_floods.py",
    "tests/edges/test_errors.py",
    "tests/parts/test_settle.py",
    "tests/parts/test_rates.py",
]
SENDING = [
    "tests/parts/test_deliverer.py",
    "tests/parts/test_noise.py",
    "tests/parts/test_settle.py",
    "tests/parts/test_shapes.py",
    "tests/parts/test_rates.py",
    "tests/parts/test_delivery.py",
    "tests/parts/test_transport.py",
    "tests/parts/test_unwell.py",
]
COMING_BACK = [
    "tests/parts/test_clock.py",
    "tests/parts/test_noise.py",
    "tests/parts/test_schedule.py",
    "tests/parts/test_holidays.py",
    "tests/stories/test_absence.py",
]
SETTING_UP = [
    "tests/parts/test_doctor.py",
    "tests/parts/test_operator.py",
]
OPERATING = [
    "tests/parts/test_letters.py",
    "tests/parts/test_watch.py",
    "tests/parts/test_catch_up.py",
    "tests/parts/test_privacy.py",
    "tests/parts/test_readme.py",
    "tests/parts/test_operator.py",
]
MAKING = [
    "tests/parts/test_looks.py",
    "tests/parts/test_pictures.py",
    "tests/parts/test_mission_pictures.py",
    "tests/parts/test_pdf.py",
    "tests/abuse/test_inside.py",
    "tests/stories/test_portrait.py",
]
SHOWING = ["tests/edges/test_pages.py", "tests/abuse/test_inside.py", "tests/stories/test_announce.py"]
RINGING = ["tests/parts/test_clock.py"]
TESTS: dict[str, list[str]] = {
    **dict.fromkeys(
        [
            "handlers.kit.router",
            "handlers.kit.buttons",
            "handlers.kit.duties",
            "webhook.telegram",
            "webhook.whatsapp",
        ],
        INSIDE,
    ),
    **dict.fromkeys(
        [
            "webhook",
            "webhook.headers",
            "webhook.entry",
            "webhook.reader",
            "webhook.pages",
            "webhook.counts",
            "webhook.metrics",
            "webhook.calendar",
            "webhook.meeting_page",
            "webhook.summary_page",
            "webhook.group_page",
            "webhook.people_page",
            "webhook.me_page",
            "webhook.health_page",
            "webhook.data_page",
            "webhook.privacy_page",
            "jobs.calendars",
        ],
        PAGES,
    ),
    **dict.fromkeys(["webhook.media", "jobs.media"], SHOWING),
    **dict.fromkeys(["jobs.outbox", "jobs.telegram", "jobs.whatsapp", "jobs.contents"], SENDING),
    **dict.fromkeys(["jobs.settle", "jobs.errors", "jobs.limits"], WRITING_DOWN),
    "jobs.bell": ["tests/parts/test_unwell.py", "tests/parts/test_bell.py"],
    **dict.fromkeys(["jobs.aside", "jobs.returns", "jobs.digests", "jobs.schedule"], COMING_BACK),
    **dict.fromkeys(["jobs.clock", "jobs.worker"], RINGING),
    **dict.fromkeys(
        [
            "jobs.setup",
            "jobs.doctor",
            "jobs.doctor.ground",
            "jobs.doctor.lines",
            "jobs.doctor.telegram",
            "jobs.doctor.whatsapp",
            "jobs.rest",
        ],
        SETTING_UP,
    ),
    **dict.fromkeys(
        [
            "jobs.letters",
            "jobs.alerts",
            "jobs.watch",
            "jobs.catch_up",
            "jobs.register",
            "jobs.cost",
            "jobs.logs",
            "jobs.forgotten",
        ],
        OPERATING,
    ),
    **dict.fromkeys(
        [
            "jobs.pictures",
            "jobs.mission_pictures",
            "jobs.health_picture",
            "jobs.pdf",
            "jobs.portraits",
            "jobs.makers",
        ],
        MAKING,
    ),
    "jobs.minutes": ["tests/parts/test_page_words.py"],
}
SECURITY = {  # the secret, the signature, forms of other sites, links, permissions, headers
    "handlers.kit.router",
    "handlers.kit.buttons",
    "handlers.kit.duties",
    "webhook.telegram",
    "webhook.whatsapp",
    "webhook.headers",
    "webhook.entry",
    "webhook.media",
    "jobs.media",
}
AIM = 0.8
STRICT = 0.85
