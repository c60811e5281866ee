"""Every act of an organizer or member can be undone or corrected, or says here why neither makes sense (116, V06)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from handlers import FEATURES
from handlers.kit import on
from storage.settings import HERE

FIRST = "asked to be sure before it is done"
SAID = "it was said to others, who have read it: say it otherwise"
TWO = "two people agreed to it, and may agree to the contrary"


@dataclass(frozen=True)
class How:
    """What becomes of a feature's acts when somebody regrets them; names of its functions, apart by spaces.

    undo: "annuler" takes it back. back: another button or word is the contrary. again: said again, it is replaced.
    asks: nothing is changed yet, or at all. stays: why it stays.
    """

    undo: str = ""
    back: str = ""
    again: str = ""
    asks: str = ""
    stays: dict[str, str] = field(default_factory=dict)

    def names(self) -> list[str]:
        """All that is declared, once each unless it is declared twice."""
        return [*" ".join((self.undo, self.back, self.again, self.asks)).split(), *" ".join(self.stays).split()]


ACTS: dict[str, How] = {
    "after.action_care": How(again="never half_way eve", asks="which"),
    "after.actions": How(
        undo="done done_in_words drop", back="reopen", stays={"hand_over": "theirs only once they agree"}
    ),
    "after.close": How(
        back="go_on", asks="ask begin", stays={"finish": "the summary is on its way, which can be corrected"}
    ),
    "after.corrections": How(
        again="reads",
        asks="in_words correct which of_note of_addition of_seat",
        back="out_note out_addition out_seat",
    ),
    "after.deck": How(undo="add keep leave remove remove_it put_back"),
    "after.first_time": How(asks="good so_so nothing", stays={"missed": SAID}),
    "after.mission_cards": How(
        undo="take take_in_words take_in_chat done done_in_words give_back",
        back="not_yet",
        asks="propose find_place complete",
        stays={"deal": "cards are swapped and given back, one by one"},
    ),
    "after.next_date": How(undo="choose until said_skip", asks="dates fix skip"),
    "after.ratings": How(undo="great fine so_so"),
    "after.summary": How(asks="dates complete_in_words complete", back="added"),
    "after.swap_cards": How(asks="swap told choose refuse", stays={"agree": TWO}),
    "after.thanks": How(undo="in_words"),
    "during.advice": How(
        back="star", asks="angles angles_in_words", stays={"tagged overheard in_private": "its author edits it"}
    ),
    "during.brainstorm": How(asks="ask angle", stays={"ideas": SAID, "reveal reveal_in_words": SAID}),
    "during.brief": How(asks="prepare begin skip_problem skip_tried skip_request", again="problem tried request"),
    "during.cafe": How(undo="ask ask_back cafe structured"),
    "during.durations": How(undo="durations how_many one_seat two_seats automatic manual", back="undo"),
    "during.hot_seat": How(
        undo="forward stop in_words",
        back="pause go_on back reopen",
        stays={"go": "it is stopped, and its turn kept", "more": "the next step may begin sooner"},
    ),
    "during.last_seat": How(asks="tell", undo="news"),
    "during.morning": How(asks="complete", again="right everybody did_not who"),
    "during.note_changes": How(back="undo redo undo_one", asks="correct correct_one", again="words"),
    "during.notes": How(undo="in_group in_private voice"),
    "during.presence": How(undo="here am_here leave", again="others"),
    "during.promises": How(back="take accept refuse first second third"),
    "during.queue": How(undo="wish want let_pass not_now pass_on"),
    "during.roles": How(
        asks="roles swap", again="take lead", stays={"refuse": "“roles” lets them take it", "whom": TWO}
    ),
    "during.round": How(
        asks="ask ask_in_order start silent",
        again="in_order following skip said",
    ),
    "during.seat_plan": How(asks="write skip", again="plan learned problem share keep"),
    "during.seat_turn": How(asks="offer offer_in_words somebody_else"),
    "during.start": How(asks="begin not_now", stays={"start start_early begin_now": "“close” ends it at once"}),
    "during.subgroups": How(again="ask by_three by_two by_four"),
    "during.swap": How(asks="swap swap_with swap_no", stays={"swap_yes": TWO}),
    "during.topics": How(
        undo="put remove remove_in_words vote unvote talk several", back="put_back", asks="see page propose"
    ),
    "during.urgent": How(asks="urgent_words urgent", stays={"matter": SAID, "agree": TWO, "disagree": SAID}),
    "found.announce": How(
        asks="long_text short_text other_language poster other_poster printed invite add_to_chat", again="named"
    ),
    "found.found": How(
        again="answered take_title take_example take_charter choose",
        asks="start new offered resume other_zone change edit",
        stays={"restart erase": "a draft of a few answers", "found": FIRST},
    ),
    "found.organize": How(
        undo="questions questions_told original effort field_told choose whatsapp_link name_them renounce",
        asks="see_announcement see_questions modify_by_word modify organizer name_somebody next_page ask_sure",
    ),
    "found.telegram_chat": How(asks="start have_link"),
    "govern.animator": How(
        back="begin take_turns end_turns offer volunteer",
        again="how_long choose noted",
        asks="show leave_it end swap_it swap_in_words note_it hand_over",
        stays={"accept pass_it": "“who animates” lets them say the contrary", "swap_with": TWO},
    ),
    "govern.delegation": How(asks="delegate until", back="accept take_back give_back all_back refuse"),
    "govern.health": How(asks="health page", back="no_more again"),
    "govern.journal": How(asks="older"),
    "govern.owners": How(
        asks="transfer call_in_words disagree",
        stays={"confirm call": FIRST, "accept agree": TWO, "volunteer refuse": SAID},
    ),
    "meet.agenda": How(asks="vote dates show_group show"),
    "meet.attend": How(undo="yes maybe no with_somebody said_at_the_card said"),
    "meet.calendar": How(asks="tap_mine only_next", stays={"revoke": "a link that may be in wrong hands stays dead"}),
    "meet.change": How(undo="yes instead", asks="answered pass_on"),
    "meet.close_poll": How(undo="drop", stays={"keep": FIRST, "extend": "“close the vote” ends it"}),
    "meet.day_before": How(undo="still cannot", asks="unsure"),
    "meet.end_poll": How(
        asks="prolong another_end",
        stays={"close_now": FIRST, "longer": "“close the vote” ends it"},
    ),
    "meet.fix": How(asks="fix told choose vote"),
    "meet.headcount": How(undo="book", back="unbook", asks="keep move cancel"),
    "meet.late": How(undo="said ten twenty thirty minutes", asks="late"),
    "meet.move": How(undo="length", back="as_before", asks="move bring_forward told cancel"),
    "meet.next_dates": How(asks="yes no take_over not_this_time", stays={"at_once": "“cancel the vote” drops it"}),
    "meet.pause": How(
        undo="clear keep",
        asks="pause until choose pass_on back_by_hand",
        stays={"back_now": FIRST},
    ),
    "meet.place_vote": How(undo="launch", asks="drop vote_on_ideas"),
    "meet.places": How(undo="note noted rename renamed retire", back="restore forget", asks="others details note_it"),
    "meet.propose": How(
        undo="launch",
        back="drop",
        asks="propose said fix more meant other first_hour second_hour third_hour",
        stays={"join": "others vote on it by now; its own vote is changed"},
    ),
    "meet.public_page": How(undo="public_page open_page close_page"),
    "meet.put_back": How(asks="other_dates", back="revive revive_in_words"),
    "meet.rhythm": How(
        undo="told_at_once proposes proposes_not set_it choose told",
        back="undo",
        asks="the_days the_hour the_quorum",
    ),
    "meet.seats": How(undo="seats no_limit guests reminders no_reminders", back="undo"),
    "meet.venue": How(undo="pick here suggested told same_place", asks="place"),
    "meet.vote": How(undo="yes if_needed no none in_words", asks="turn"),
    "meet.watchdog": How(asks="propose take_break another", again="in_three_days"),
    "trust.dial": How(
        undo="hear_all hear_essential hear_digest tap_all tap_essential tap_digest pause until one_week two_weeks "
        "one_month resume",
        asks="tap_pause",
    ),
    "trust.forget_me": How(asks="sure", back="stop", stays={"go": FIRST}),
    "trust.help": How(
        asks="tap_help more open_subject nothing_to_cancel nowhere_to_go_back fine see_applications see_settings "
        "speak_up see_status create have_link which this_one"
    ),
    "trust.keeping": How(stays={"keep": "it binds nobody"}),
    "trust.language": How(back="to_english to_french french english"),
    "trust.leave": How(stays={"go out": FIRST}),
    "trust.link_account": How(asks="link confirm no", back="to_telegram to_whatsapp", stays={"yes": FIRST}),
    "trust.meant": How(asks="which first second third"),
    "trust.my_data": How(asks="mine tap_mine"),
    "trust.my_page": How(asks="mine tap_mine"),
    "trust.operators": How(asks="enter"),
    "trust.privacy": How(asks="told consents", stays={"withdraw": "who agrees again says so again"}),
    "trust.relay": How(asks="tell", stays={"words": SAID}),
    "trust.report": How(asks="report", stays={"words": SAID}),
    "trust.stop": How(back="stop"),
    "trust.timezone": How(undo="ours", back="undo as_the_group", again="here mine told"),
    "trust.undo": How(asks="undo"),
    "trust.window": How(asks="opened"),
    "welcome.apply": How(
        asks="join code go_on refuse", again="answer", stays={"agree accept": "the organizers have it; “help” tells"}
    ),
    "welcome.decide": How(
        undo="accept decline reason too_short other_topic no_time full far_away",
        back="undo",
        asks="inquire wait",
        stays={"question": SAID, "respond": SAID},
    ),
    "welcome.enter": How(asks="also_on_telegram not_me", stays={"it_is_me": FIRST}),
    "welcome.faces": How(asks="faces tap_faces"),
    "welcome.gate": How(stays={"keep": "who was kept may leave", "show_out": "who was shown out may apply"}),
    "welcome.introduce": How(
        asks="change later again", again="rewrite", stays={"publish": "“introduce” rewrites it"}
    ),
    "welcome.portrait": How(asks="photo", back="remove_in_words remove", again="sent"),
    "welcome.sponsor": How(undo="cohort name close reopen", asks="cohorts"),
}


def registered() -> Iterator[Callable[..., Any]]:
    """All that a person may do: by a button, a word, an answer, or what is overheard."""
    known = on.load()
    yield from (one.function for one in known.commands.values())
    yield from (one.function for one in known.phrases)
    yield from (one.function for one in known.buttons.values())
    yield from (one.function for one in known.asked.values())
    yield from (one.function for one in known.cards.values())
    yield from (function for _holds, _wanted, function in (*known.patterns, *known.overheard))
    yield from (function for _wanted, function in known.media.values())
    yield from known.stops.values()


def acts_of(feature: str) -> set[str]:
    """Its functions that may change something: those that only tell or refuse say so themselves."""
    known = on.load()
    mine = {one for one in registered() if one.__module__ == f"handlers.{feature}"}
    return {one.__name__ for one in mine - known.tells - known.refuses}


@pytest.mark.parametrize("feature", FEATURES)
def test_every_act_says_how_it_is_taken_back(feature: str) -> None:
    """A new act fails here until it is declared above: undone, corrected, or why neither."""
    declared = ACTS.get(feature, How()).names()
    assert len(declared) == len(set(declared)), "declared twice"
    assert set(declared) == acts_of(feature), "declare it in ACTS: how does somebody take it back?"


def sources() -> str:
    """The code of all features."""
    return "\n".join(path.read_text() for path in sorted((HERE / "handlers").glob("*/*.py")))


def test_every_button_that_takes_back_exists_and_says_that_it_did() -> None:
    """Else the journal would say that something stands which was taken back, or the contrary."""
    said = set(re.findall(r'"taken_back", [\w.()]+, press="([\w.]+)"', sources())) | PRESSED
    pressed = set(re.findall(r'press="([\w.]+)"', sources())) | PRESSED
    assert pressed <= set(on.load().buttons), pressed - set(on.load().buttons)
    assert pressed <= said, pressed - said


# Said by a name in these features: café mode and the public page know both ways.
PRESSED = {"cf.cafe", "cf.back", "pp.on", "pp.off"}


def test_the_log_only_grows() -> None:
    """A line is written, and marked when it is taken back; nothing but its retention deletes any."""
    for folder in ("storage", "handlers", "jobs", "webhook"):
        for path in (HERE / folder).rglob("*.py"):
            if path.name not in ("deeds.py", "retention.py"):
                assert not re.search(r"\bDeed\.(update|delete|insert)\(|deed\.delete_instance", path.read_text()), (
                    path
                )
