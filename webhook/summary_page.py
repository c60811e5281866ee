"""The page of a meeting's summary, and its Markdown file: for members, by a link that is signed and ends (63)."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from handlers.kit import doors
from handlers.kit.cards import report
from handlers.kit.cards.report import Report
from handlers.kit.texts import Day, Reader, Text, When, _, show
from jobs import calendars, minutes
from storage.summaries import Summary
from webhook import reader

routes = Blueprint("summary_page", __name__)
MOST = 80  # signs of a token
ASK = _("Members get a fresh link by writing “summary” to the bot.")


@routes.get("/s/<token>")
def summary(token: str) -> Response:
    """The whole summary; 404 for a link that is made up or too old."""
    found = doors.summary_behind(token[:MOST])
    if found is None:
        return reader.gone(following=ASK)
    told, last = found
    group, language = told.group, reader.language(told.group.language)
    facts = report.of(told.meeting)
    return reader.page(
        "summary.html",
        language,
        group=calendars.one_line(group.name),
        title=calendars.one_line(told.meeting.title),
        starts=told.meeting.start.isoformat(),
        when=_when(facts, language),
        where=calendars.place(told.meeting, doors.INSIDE),
        present=minutes.present(facts),
        parts=minutes.parts(facts),
        rated=minutes.rated(facts),
        ahead=_ahead(facts),
        ahead_link=doors.meeting_link(facts.ahead) if facts.ahead else "",
        file=f"{token}.md",
        last=_("This link works until {day}. It is for the members of the group.", day=Day(last)),
    )


def _when(facts: Report, language: str) -> str:
    """ "jeudi 12 mars à 19h30–21h30", in the time of the place; both hours stay on one line"""
    meeting = facts.meeting
    words = show(When(meeting.start, end=meeting.end), Reader(language, ZoneInfo(meeting.zone)))
    return words.replace("–", "\u2060–\u2060")


def _ahead(facts: Report) -> Text:
    """The next date, in a sentence."""
    if facts.ahead is not None:
        return _("The next meeting: {when}", when=When(facts.ahead.start))
    if facts.poll is not None:
        return _("The vote on the next date is open: answer it in your conversation.")
    if facts.not_before is not None:
        return _("The group wished no next date before {day}.", day=Day(facts.not_before))
    return _("No next date is set yet. Write “dates” to the bot to propose some.")


@routes.get("/s/<token>.md")
def markdown(token: str) -> Response:
    """The same as a file to keep; 404 as above."""
    found = doors.summary_behind(token[:MOST])
    if found is None:
        return reader.gone(following=ASK)
    told: Summary = found[0]
    language = reader.language(told.group.language)
    answer = Response(
        minutes.markdown(report.of(told.meeting), language), content_type="text/markdown; charset=utf-8"
    )
    name = f"noyau-{told.meeting.start:%Y-%m-%d}.md"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
