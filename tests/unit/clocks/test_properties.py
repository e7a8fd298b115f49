"""What holds for every history, in every zone and by whatever rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars.algebra import HoursVersion, OpenHours
from app.calendars.hours import read_spans
from app.calendars.walltime import EPOCH
from app.clocks.vocabulary import DONE, PRIORITIES, WITH_US, CommitmentKind, CommitmentState
from tests.factories.calendars import week_of
from tests.factories.clocks import (
    ALWAYS,
    MONDAY,
    OFFICE,
    Story,
    office_calendar,
    rules,
    targets,
    version,
)
from tests.unit.calendars.test_algebra import ZONES

quick = settings(max_examples=40, deadline=None)

#: What may follow in each state.
MOVES = {
    "new": ("open", "waiting_customer", "on_hold", "solved"),
    "open": ("waiting_customer", "on_hold", "solved"),
    "waiting_customer": ("open", "on_hold", "solved"),
    "on_hold": ("open", "waiting_customer", "solved"),
    "solved": ("open", "closed"),
    "closed": (),
}
ACTS = ("ask", "move", "reply", "ask", "priority", "reply", "move", "note", "due", "aside")
HOURS = ("09:00-17:00", "09:00-12:00, 13:00-18:00", "22:00-24:00", "00:00-24:00", "01:00-03:00")


@st.composite
def stories(draw) -> Story:
    """Return a ticket's story, some acts of which may share a second."""
    moment = MONDAY + timedelta(seconds=draw(st.integers(0, 40 * 86_400)))
    story = Story().opened(
        moment,
        by=draw(st.sampled_from(["customer", "visitor", "staff"])),
        priority=draw(st.sampled_from(PRIORITIES)),
    )
    for _ in range(draw(st.sampled_from([3, 6, 9, 12]))):
        moment += timedelta(
            seconds=draw(st.sampled_from([0, 1, 60, 1_800, 9_000, 30_000, 250_000]))
        )
        act(draw, story, moment)
    return story


def act(draw, story: Story, moment) -> None:
    state = story._state
    kind = draw(st.sampled_from(ACTS))
    if kind == "ask" and state != "closed":
        story.asked(moment)
        if state in ("waiting_customer", "on_hold", "solved"):
            story.state(moment, "open", by="customer")
    elif kind == "reply" and state != "closed":
        story.replied(moment, then=draw(st.sampled_from(["", *MOVES[state]])))
    elif kind == "move" and MOVES[state]:
        story.state(moment, draw(st.sampled_from(MOVES[state])))
    elif kind == "priority":
        new = draw(st.sampled_from([each for each in PRIORITIES if each != story._priority]))
        story.priority(moment, new)
    elif kind == "note":
        story.noted(moment)
    elif kind == "due":
        due = draw(st.sampled_from([None, moment + timedelta(hours=5)]))
        story.due(moment, draw(st.sampled_from(list(CommitmentKind))), due)
    elif kind == "aside":
        story.aside(moment, "spam")
        if draw(st.booleans()):
            story.aside(moment + timedelta(seconds=1), None, old="spam")


@st.composite
def any_rules(draw):
    """Return rules with up to two versions of calendar and policy."""
    zone, text = draw(st.sampled_from(ZONES)), draw(st.sampled_from(HOURS))
    changed_at = MONDAY + timedelta(seconds=draw(st.integers(0, 60 * 86_400)))
    usual = OpenHours(zone, week_of(text))
    changed = OpenHours(
        draw(st.sampled_from(ZONES)), (read_spans(draw(st.sampled_from(HOURS)))[0],) * 7
    )
    hours = office_calendar(HoursVersion(1, EPOCH, usual), HoursVersion(2, changed_at, changed))
    made = {**targets(), "urgent": targets(key=draw(st.sampled_from([OFFICE, ALWAYS])))["urgent"]}
    shorter = targets(normal=(4, 4, 20), high=(3, 5, 18))
    versions = [version(1, EPOCH, made), version(2, changed_at, shorter)]
    return rules(*versions[: draw(st.integers(1, 2))], calendars=[hours])


def end_of(story: Story, draw_seconds: int):
    return story.happenings[-1].at + timedelta(seconds=draw_seconds)


later = st.sampled_from([0, 1, 3_600, 40_000, 900_000])


@quick
@given(stories(), any_rules(), later, st.randoms(use_true_random=False))
def test_order_and_repeats_of_what_is_read_change_nothing(story, given_rules, seconds, random):
    end = end_of(story, seconds)
    once = story.clocks(end, given_rules)
    again = Story()
    again.happenings = story.happenings * 2
    random.shuffle(again.happenings)
    assert again.clocks(end, given_rules) == once


@quick
@given(stories(), any_rules(), later, st.data())
def test_events_that_change_nothing_change_nothing(story, given_rules, seconds, data):
    end = end_of(story, seconds)
    before = story.clocks(end, given_rules)
    place = data.draw(st.integers(0, len(story.happenings) - 1))
    split = Story()
    for number, each in enumerate(story.happenings):
        split.happenings.append(replace(each, sequence=2 * number))
        if number == place:
            for kind, same in (("state_changed", "open"), ("priority_changed", "high")):
                split.happenings.append(
                    replace(each, sequence=2 * number + 1, kind=f"ticket:{kind}",
                            data={"old": same, "new": same})
                )  # fmt: skip
    assert split.clocks(end, given_rules).commitments == before.commitments


@quick
@given(stories(), any_rules(), st.integers(0, 200_000), st.data())
def test_raising_the_priority_never_moves_a_due_time_later(story, given_rules, seconds, data):
    ranks = PRIORITIES.index(story._priority)
    if ranks == len(PRIORITIES) - 1:
        return
    moment = end_of(story, seconds)
    before = story.clocks(moment, given_rules)
    story.priority(moment, data.draw(st.sampled_from(PRIORITIES[ranks + 1 :])))
    after = story.clocks(moment, given_rules)
    for old, new in zip(before.commitments, after.commitments, strict=True):
        assert old.state == new.state
        if old.state is CommitmentState.RUNNING and old.due_at is not None:
            assert new.due_at is not None
            assert new.due_at <= old.due_at
        if old.state is CommitmentState.PAUSED:
            assert new.left_seconds <= old.left_seconds
        if old.decided_at is not None:
            assert replace(new, entries=()) == replace(old, entries=())


@quick
@given(stories(), any_rules(), later)
def test_every_commitment_has_exactly_one_outcome(story, given_rules, seconds):
    end = end_of(story, seconds)
    clocks = story.clocks(end, given_rules)
    states = [each.state for each in clocks.commitments]
    assert sum(states.count(state) for state in CommitmentState) == len(clocks.commitments)
    for each in clocks.commitments:
        decided = each.state in (CommitmentState.MET, CommitmentState.BREACHED)
        assert decided == (each.decided_at is not None)
        assert (each.state is CommitmentState.EXCLUDED) == (each.exclusion is not None)
        assert each.is_pending == (each.state in (CommitmentState.RUNNING, CommitmentState.PAUSED))
        assert not (each.is_open and each.fulfilled_at)
        if each.state is CommitmentState.BREACHED:
            assert each.due_at == each.breached_at < end
        if each.state is CommitmentState.RUNNING and each.due_at is not None:
            assert each.due_at >= end.replace(microsecond=0)


@quick
@given(stories(), any_rules(), later)
def test_the_parts_of_a_life_are_the_whole_of_it(story, given_rules, seconds):
    end = end_of(story, seconds)
    clocks = story.clocks(end, given_rules)
    metrics = clocks.metrics
    parts = (metrics.staff_work, metrics.on_hold, metrics.customer_wait)
    not_done = sum(each.calendar for each in parts)
    life = int((end - clocks.history.opened_at).total_seconds())
    assert not_done <= life
    if not any(step.value in DONE for step in clocks.history.steps):
        assert not_done == life
    assert metrics.requester_wait.calendar == metrics.staff_work.calendar + metrics.on_hold.calendar
    for each in (*parts, metrics.first_response, metrics.full_resolution, *metrics.next_responses):
        assert each is None or 0 <= each.business <= each.calendar


@quick
@given(stories(), any_rules(), st.data())
def test_what_is_decided_stays_as_it_was_decided(story, given_rules, data):
    length = data.draw(st.integers(2, len(story.happenings)))
    part = Story()
    part.happenings = story.happenings[:length]
    moment = part.happenings[-1].at
    known = {(each.kind, each.turn): each for each in part.clocks(moment, given_rules).commitments}
    much_later = end_of(story, 400_000)
    if story.clocks(much_later, given_rules).history.aside:
        return  # then it leaves every rate
    for each in story.clocks(much_later, given_rules).commitments:
        before = known.get((each.kind, each.turn))
        if before is None or before.state is not CommitmentState.BREACHED:
            continue
        assert (each.state, each.breached_at) == (before.state, before.breached_at)
    for each in part.clocks(moment, given_rules).commitments:
        reply = each.kind is not CommitmentKind.RESOLUTION
        if reply and each.state is CommitmentState.MET:
            found = [one for one in story.clocks(much_later, given_rules).commitments
                     if (one.kind, one.turn) == (each.kind, each.turn)]  # fmt: skip
            assert replace(found[0], entries=()) == replace(each, entries=())


@quick
@given(stories(), any_rules(), any_rules(), later)
def test_rules_that_change_later_do_not_touch_what_is_decided(story, usual, others, seconds):
    end = end_of(story, seconds)
    changed = rules(
        *usual.policies[0].versions,
        version(9, end, others.policies[0].versions[0].targets),
        calendars=[
            office_calendar(
                *usual.calendars[OFFICE].versions,
                HoursVersion(9, end, others.calendars[OFFICE].versions[0].hours),
            )
        ],
    )
    before, after = story.clocks(end, usual).commitments, story.clocks(end, changed).commitments
    for old, new in zip(before, after, strict=True):
        # At one and the same time rules come before what decides by a state (docs/clocks.md).
        if old.decided_at is not None and old.decided_at < end:
            assert replace(new, entries=()) == replace(old, entries=())


@quick
@given(stories(), any_rules(), st.integers(0, 300_000))
def test_a_running_due_time_is_when_it_breaches(story, given_rules, seconds):
    end = end_of(story, seconds)
    for each in story.clocks(end, given_rules).commitments:
        if each.state is not CommitmentState.RUNNING or each.due_at is None:
            continue
        # Later versions of the rules may move it, so only up to the next of them.
        if any(end < change <= each.due_at for change in given_rules.changes(site_id=None)):
            continue
        on_time, late = (
            next(one for one in story.clocks(moment, given_rules).commitments
                 if (one.kind, one.turn) == (each.kind, each.turn))
            for moment in (each.due_at, each.due_at + timedelta(seconds=1))
        )  # fmt: skip
        assert on_time.state is CommitmentState.RUNNING
        assert (late.state, late.breached_at) == (CommitmentState.BREACHED, each.due_at)
        assert each.warn_at is None or each.warn_at <= each.due_at


def test_the_stories_reach_every_outcome():
    """The properties above would hold of nothing, too."""
    reached = set()

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(stories(), any_rules(), later)
    def collect(story, given_rules, seconds):
        reached.update(
            (each.kind, each.state)
            for each in story.clocks(end_of(story, seconds), given_rules).commitments
        )

    collect()
    missing = {(kind, state) for kind in CommitmentKind for state in CommitmentState} - reached
    assert missing == {  # a customer's words wait for us whatever the state says
        (CommitmentKind.FIRST_REPLY, CommitmentState.PAUSED),
        (CommitmentKind.NEXT_REPLY, CommitmentState.PAUSED),
    }
    assert WITH_US.isdisjoint(DONE)
