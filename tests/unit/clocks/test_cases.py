"""The 25 cases that a clock must get right, each under its number (docs/clocks.md, "Cases").

Those that are about calendars alone are in tests/unit/calendars/test_algebra.py, those that need
two people at once or the services in tests/unit/clocks/test_replaying.py.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.calendars.algebra import ALWAYS_OPEN, HoursVersion, OpenHours
from app.calendars.hours import read_spans
from app.calendars.walltime import EPOCH
from app.clocks.measuring import Duration
from app.clocks.vocabulary import MATURITY, CommitmentKind, CommitmentState, Exclusion
from tests.factories.calendars import office, week_of
from tests.factories.clocks import (
    ALWAYS,
    HOUR,
    MONDAY,
    Story,
    at,
    office_calendar,
    only,
    rules,
    second,
    targets,
    version,
)

RUNNING, PAUSED = CommitmentState.RUNNING, CommitmentState.PAUSED
MET, BREACHED = CommitmentState.MET, CommitmentState.BREACHED
EXCLUDED = CommitmentState.EXCLUDED
NEXT = CommitmentKind.NEXT_REPLY


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("3 06:30", "3 17:00"),
        ("3 18:00", "4 17:00"),
        ("5 12:00", "6 17:00"),
        ("7 12:00", "9 17:00"),
    ],
    ids=["before opening", "after closing", "on a holiday", "on a weekend"],
)
def test_case_01_opened_in_closed_time_counts_from_the_next_opening(opened, due):
    given = rules(hours=office(holidays={date(2026, 3, 5)}))
    first = Story().opened(opened).first(opened, given)
    assert (first.state, first.due_at) == (RUNNING, at(due))


def test_case_02_an_answer_in_closed_time_takes_no_business_time_and_is_met():
    story = Story().opened("8 10:00").replied("8 10:30")  # a Sunday
    assert story.first("9 10:00").state == MET
    assert story.clocks("9 10:00").metrics.first_response == Duration(0, 1_800)


def test_case_03_due_at_closing_met_in_that_second_and_breached_in_the_next():
    story = Story().opened("2 09:00")
    assert story.first("2 17:00:00").due_at == at("2 17:00")
    assert story.first("2 17:00:00").state == RUNNING
    assert story.first("2 17:00:01").state == BREACHED
    in_time = Story().opened("2 09:00").replied("2 17:00:00").first("9 09:00")
    assert (in_time.state, in_time.decided_at) == (MET, at("2 17:00"))
    late = Story().opened("2 09:00").replied("2 17:00:01").first("9 09:00")
    assert (late.state, late.decided_at, late.fulfilled_at) == (
        BREACHED, at("2 17:00"), at("2 17:00:01"),
    )  # fmt: skip


def test_case_04_opened_in_the_last_second_before_a_holiday_and_a_weekend():
    given = rules(hours=office(holidays={date(2026, 3, 6)}))
    story = Story().opened("5 16:59:59").replied("9 09:00:00")
    assert story.clocks("9 10:00", given).metrics.first_response.business == 1
    urgent = Story().opened("5 16:59:59", priority="urgent").first("6 12:00", given)
    assert urgent.due_at == at("9 10:59:59")


def test_case_05_and_06_a_first_reply_over_a_change_of_clocks():
    hours = OpenHours("America/New_York", week_of("01:00-05:00", weekend="01:00-05:00"))
    given = rules(version(made=targets(normal=(2, 2, 2))), hours=hours)
    spring = Story().opened(at("8 06:00")).first("8 06:00", given)  # 01:00, before the gap
    assert spring.due_at == at("8 08:00")  # 04:00 on clocks that were put forward
    assert Story().opened(at("8 06:00")).replied(at("8 08:00")).first("9 00:00", given).state == MET


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Asia/Kathmandu", date(2026, 4, 5)),
        ("Europe/Dublin", date(2026, 3, 29)),
        ("Africa/Casablanca", date(2026, 3, 22)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("America/Sao_Paulo", date(2018, 11, 4)),
        ("Pacific/Apia", date(2011, 12, 30)),
    ],
)
def test_case_07_and_08_a_reply_in_odd_zones_takes_what_the_calendar_says(zone, day):
    given = rules(hours=OpenHours(zone, (read_spans("00:00-24:00")[0],) * 7))
    noon_before = MONDAY.replace(year=day.year, month=day.month, day=day.day) - timedelta(days=1)
    answered = noon_before + timedelta(hours=30)
    clocks = Story().opened(noon_before).replied(answered).clocks(answered, given)
    assert clocks.metrics.first_response == Duration(30 * HOUR, 30 * HOUR)


def test_case_09_a_new_zone_database_moves_dues_and_no_outcomes(monkeypatch):
    from zoneinfo import ZoneInfo

    given = rules(hours=office("Europe/Berlin"))
    decided = Story().opened("2 09:00").replied("2 10:00")
    before = decided.first("30 09:00", given)
    monkeypatch.setattr("app.calendars.algebra.zone_of", lambda _: ZoneInfo("Africa/Algiers"))
    after_update = rules(hours=office("Europe/Berlin"))
    assert decided.first("30 09:00", after_update) == before
    summer = Story().opened(at("30 05:00"))  # Berlin gives daylight saving up in that update
    assert summer.first("30 05:00", after_update).due_at == at("30 16:00")


def test_case_10_only_the_calendar_of_the_office_counts():
    tokyo, utc = rules(hours=office("Asia/Tokyo")), rules()
    story = Story().opened("2 09:00", channel="widget")  # 18:00 in Tokyo
    assert story.first("2 09:00", tokyo).due_at == at("3 08:00")
    assert story.first("2 09:00", utc).due_at == at("2 17:00")


def test_case_11_breaks_and_days_worked_on_a_holiday():
    holiday = date(2026, 3, 3)
    hours = OpenHours(
        "UTC",
        week_of("09:00-12:00, 12:00-12:30, 13:30-17:00"),
        ((holiday, read_spans("10:00-12:00")[0]),),
        frozenset({holiday}),
    )
    first = Story().opened("2 12:00").first("2 12:00", rules(hours=hours))
    assert first.due_at == at("4 11:00")  # half an hour, three and a half, two, and two


def test_case_12_a_calendar_that_never_opens_has_no_due_time_and_breaches_nothing():
    given = rules(hours=OpenHours("UTC", ((),) * 7))
    first = Story().opened("2 09:00").first("30 09:00", given)
    assert (first.state, first.due_at, first.warn_at) == (RUNNING, None, None)
    weekly = rules(
        version(made=targets(normal=(40, 40, 40))),
        hours=OpenHours("UTC", (read_spans("09:00-10:00")[0], *((),) * 6)),
    )
    first = Story().opened("2 09:00").first("2 09:00", weekly)
    assert first.due_at == MONDAY + timedelta(weeks=39, hours=1)


class TestCase13Priorities:
    def test_raised_early_the_new_target_counts_from_the_change(self):
        story = Story().opened("2 09:00").priority("2 10:00", "high")
        assert story.first("2 10:00").due_at == at("2 12:00")

    def test_raised_late_it_stays_due_when_it_was(self):
        story = Story().opened("2 09:00").priority("2 16:00", "urgent")
        assert story.first("2 16:00").due_at == at("2 17:00")

    def test_raised_with_more_elapsed_than_the_new_target_breaches_nothing(self):
        story = Story().opened("2 09:00").priority("2 13:00", "high")
        assert story.first("2 14:59").state == RUNNING
        assert story.first("2 14:59").due_at == at("2 15:00")

    def test_raised_after_the_old_due_the_breach_stays(self):
        story = Story().opened("2 09:00").priority("3 09:00", "urgent")
        first = story.first("3 09:30")
        assert (first.state, first.breached_at) == (BREACHED, at("2 17:00"))

    def test_lowered_a_minute_before_due_it_counts_from_the_start(self):
        story = Story().opened("2 09:00", priority="high").priority("2 10:59", "normal")
        assert story.first("2 12:00").due_at == at("2 17:00")

    def test_lowered_after_a_breach_it_stays_breached(self):
        story = Story().opened("2 09:00", priority="high").priority("2 11:01", "low")
        assert story.first("2 12:00").state == BREACHED

    def test_up_down_and_up_again(self):
        story = Story().opened("2 09:00").priority("2 10:00", "high")
        story.priority("2 10:30", "normal")
        assert story.first("2 10:30").due_at == at("2 17:00")
        story.priority("2 11:00", "urgent")
        assert story.first("2 11:00").due_at == at("2 13:00")

    def test_a_raise_to_another_calendar_only_brings_it_forward(self):
        made = targets() | targets(urgent=(2, 2, 8), key=ALWAYS)
        made = {**targets(), "urgent": made["urgent"]}
        given = rules(version(made=made))
        friday = Story().opened("6 16:00").priority("6 18:00", "urgent")
        assert friday.first("6 18:00", given).due_at == at("6 20:00")

    def test_while_paused_what_is_left_is_cut(self):
        story = Story().opened("2 09:00").replied("2 10:00", then="waiting_customer")
        story.priority("2 11:00", "urgent")
        resolution = story.resolution("2 12:00")
        assert (resolution.state, resolution.left_seconds) == (PAUSED, 8 * HOUR)
        story.priority("2 12:00", "low")
        assert story.resolution("2 12:00").left_seconds == 79 * HOUR


class TestCase14CalendarsChange:
    def given(self, moment, hours=ALWAYS_OPEN):
        return rules(
            calendars=[
                office_calendar(HoursVersion(1, EPOCH, office()), HoursVersion(2, moment, hours))
            ]
        )

    def test_while_running_what_has_elapsed_is_kept(self):
        story = Story().opened("2 09:00")
        assert story.first("2 18:00", self.given(at("2 13:00"))).breached_at == at("2 17:00")
        closed = self.given(at("2 13:00"), office(holidays={date(2026, 3, 2)}))
        assert story.first("2 18:00", closed).due_at == at("3 13:00")

    def test_while_paused_the_rest_runs_in_the_new_one(self):
        story = Story().opened("2 09:00").replied("2 10:00", then="waiting_customer")
        story.reopened("6 16:00")
        resolution = story.resolution("6 16:00", self.given(at("4 00:00")))
        assert resolution.due_at == at("6 16:00") + timedelta(hours=39)

    def test_while_solved_the_outcome_stays_and_a_reopening_runs_in_the_new_one(self):
        story = Story().opened("2 09:00").replied("2 10:00", then="solved")
        given = self.given(at("3 00:00"))
        before, after = story.resolution("2 12:00", rules()), story.resolution("5 12:00", given)
        assert (after.state, after.due_at, after.decided_at) == (
            before.state, before.due_at, before.decided_at,
        )  # fmt: skip
        story.reopened("6 16:00")
        assert story.resolution("6 16:00", given).due_at == at("6 16:00") + timedelta(hours=39)

    def test_at_the_instant_of_an_answer_the_answer_comes_first(self):
        answered = Story().opened("2 09:00").replied("2 13:00")
        closed = self.given(at("2 13:00"), office(holidays={date(2026, 3, 2)}))
        usual, changed = (answered.first("5 09:00", each) for each in (rules(), closed))
        assert (usual.state, usual.due_at) == (MET, at("2 17:00"))
        assert (changed.state, changed.due_at) == (MET, at("2 17:00"))

    def test_moved_to_another_calendar_by_a_new_policy(self):
        new = version(2, at("2 13:00"), targets(key=ALWAYS))
        first = Story().opened("2 12:00").first("2 18:00", rules(version(), new))
        assert first.due_at == at("2 20:00")  # an hour of the office, seven of the clock

    def test_a_shorter_target_counts_from_the_change_and_a_longer_one_from_the_start(self):
        shorter = version(2, at("2 13:00"), targets(normal=(1, 8, 40)))
        assert Story().opened().first("2 13:30", rules(version(), shorter)).due_at == at("2 14:00")
        longer = version(2, at("2 13:00"), targets(normal=(12, 8, 40)))
        assert Story().opened().first("3 09:00", rules(version(), longer)).due_at == at("3 13:00")


class TestCase15Pauses:
    def test_within_one_second(self):
        story = Story().opened("2 09:00").replied("2 10:00", then="waiting_customer")
        story.reopened("2 10:00")
        assert story.resolution("2 10:00").due_at == Story().opened().resolution("2 10:00").due_at

    def test_outside_hours(self):
        story = Story().opened("2 09:00").replied("2 18:00", then="waiting_customer")
        assert story.resolution("2 19:00").left_seconds == 32 * HOUR
        story.reopened("2 20:00")
        assert story.resolution("2 20:00").due_at == at("6 17:00")

    def test_ten_in_a_day(self):
        story = Story().opened("2 09:00")
        for minute in range(0, 60, 6):
            story.replied(f"2 10:{minute:02}", then="waiting_customer")
            story.reopened(f"2 10:{minute + 3:02}")
        assert story.resolution("2 11:00").due_at == at("9 09:30")  # half an hour was theirs
        assert story.clocks("2 11:00").metrics.customer_wait == Duration(1_800, 1_800)

    def test_spanning_a_holiday(self):
        given = rules(hours=office(holidays={date(2026, 3, 3)}))
        story = Story().opened("2 09:00").replied("2 16:00", then="waiting_customer")
        story.reopened("4 10:00")
        assert story.clocks("4 10:00", given).metrics.customer_wait == Duration(2 * HOUR, 42 * HOUR)
        assert story.resolution("4 10:00", given).due_at == at("10 11:00")


def test_case_16_events_of_one_time_have_one_order():
    moment = "2 17:00"
    story = Story().opened("2 09:00", priority="normal")
    story.state(moment, "waiting_customer").priority(moment, "urgent").replied(moment)
    shuffled = Story()
    shuffled.happenings = story.happenings[::-1]
    assert story.clocks("3 12:00") == shuffled.clocks("3 12:00")
    assert story.first("3 12:00").state == MET  # the answer counts before all that came with it
    resolution = story.resolution("3 12:00")
    assert (resolution.state, resolution.left_seconds) == (PAUSED, 8 * HOUR)


def test_case_17_what_arrives_late_counts_when_it_arrives():
    story = Story().opened("2 09:00").replied("2 10:00")
    # Written before our answer, its Date header says, and received after it.
    story.asked("2 10:05")
    clocks = story.clocks("2 12:00")
    assert only(clocks, NEXT).started_at == at("2 10:05")
    assert clocks.metrics.first_response == Duration(HOUR, HOUR)


@pytest.mark.parametrize(
    ("kind", "actor", "author"),
    [
        ("message_added", "system", "staff"),
        ("message_added", "system", "system"),
        ("message_added", "customer", "customer"),
        ("note_added", "staff", None),
    ],
    ids=["rule or automatic answer", "bot", "staff from the customer's address", "note"],
)
def test_case_18_what_is_no_first_response(kind, actor, author):
    story = Story().opened("2 09:00").add("2 10:00", kind, actor, author_kind=author)
    assert story.first("2 12:00").state == RUNNING
    assert story.clocks("2 12:00").metrics.first_response is None


def test_case_19_solved_without_an_answer_then_reopened_and_answered():
    story = Story().opened("2 09:00").state("2 10:00", "solved")
    clocks = story.clocks("2 12:00")
    first = only(clocks, CommitmentKind.FIRST_REPLY)
    assert (first.state, first.exclusion) == (EXCLUDED, Exclusion.RESOLVED_WITHOUT_REPLY)
    assert clocks.metrics.resolved_without_reply
    assert clocks.metrics.first_response is None
    story.reopened("3 09:00")
    assert story.first("3 09:00").due_at == at("3 16:00")  # one hour was used, seven are left
    story.replied("3 11:00")
    clocks = story.clocks("3 12:00")
    assert only(clocks, CommitmentKind.FIRST_REPLY).state == MET
    assert clocks.metrics.first_response == Duration(10 * HOUR, 26 * HOUR)
    assert not clocks.metrics.resolved_without_reply
    assert [each.kind for each in clocks.commitments].count(NEXT) == 0


class TestCase20WhoOpensIt:
    def test_staff_owe_no_answer_until_the_customer_writes(self):
        story = Story().opened("2 09:00", by="staff", channel="staff")
        clocks = story.clocks("3 09:00")
        assert [each.kind for each in clocks.commitments] == [CommitmentKind.RESOLUTION]
        assert clocks.metrics.first_response is None
        story.replied("3 10:00").asked("3 12:00")
        assert story.first("3 12:00").due_at == at("4 12:00")
        story.replied("3 13:00")
        assert story.clocks("4 09:00").metrics.first_response == Duration(HOUR, HOUR)

    def test_what_was_solved_before_it_was_written_down_promised_nothing(self):
        clocks = Story().opened("2 09:00", by="staff", state="solved").clocks("30 09:00")
        assert clocks.commitments == ()
        assert (clocks.metrics.first_resolution, clocks.metrics.full_resolution) == (None, None)
        assert clocks.metrics.first_contact_resolution is None


class TestCase21Reopening:
    def solved(self) -> Story:
        return Story().opened("2 09:00").replied("2 13:00", then="solved")

    def test_within_the_time_of_maturity_it_is_undecided_again(self):
        story = self.solved()
        assert story.resolution("3 09:00").matures_at == at("2 13:00") + MATURITY
        story.reopened("4 09:00")
        resolution = story.resolution("4 09:00")
        assert (resolution.state, resolution.due_at) == (RUNNING, at("10 13:00"))
        story.state("4 11:00", "solved")
        metrics = story.clocks("20 09:00").metrics
        assert metrics.first_resolution == Duration(4 * HOUR, 4 * HOUR)
        assert metrics.full_resolution == Duration(6 * HOUR, 6 * HOUR)
        assert (metrics.reopened, metrics.first_contact_resolution) == (1, False)

    @pytest.mark.parametrize(
        ("moment", "turns", "first_contact"),
        [("9 12:59:59", 1, False), ("9 13:00:00", 2, True)],
        ids=["in the last second", "on the boundary"],
    )
    def test_on_the_boundary_of_maturity(self, moment, turns, first_contact):
        story = self.solved().reopened(moment).state("10 09:00", "solved")
        clocks = story.clocks("30 09:00")
        resolutions = [each for each in clocks.commitments
                       if each.kind is CommitmentKind.RESOLUTION]  # fmt: skip
        assert [each.state for each in resolutions] == [MET] * turns
        assert clocks.metrics.first_contact_resolution is first_contact

    def test_after_closing_the_words_are_another_ticket(self):
        story = self.solved().state("9 13:00", "closed", by="system")
        clocks = story.clocks("20 09:00", recontacts=[at("9 12:00")])
        assert clocks.metrics.solved_at == at("2 13:00")
        assert clocks.metrics.full_resolution == Duration(4 * HOUR, 4 * HOUR)
        assert clocks.metrics.first_contact_resolution is False
        later = story.clocks("20 09:00", recontacts=[at("9 13:00")])
        assert later.metrics.first_contact_resolution is True

    def test_thanks_only_restores_the_solving_and_counts_nothing(self):
        story = self.solved().reopened("3 09:00").only_thanks("4 16:00", solved="2 13:00")
        clocks, plain = story.clocks("20 09:00"), self.solved().clocks("20 09:00")
        assert clocks.metrics == plain.metrics
        assert [each.state for each in clocks.commitments] == [MET, MET]
        assert clocks.metrics.first_contact_resolution is True

    def test_three_times(self):
        story = self.solved()
        for day in (3, 4, 5):
            story.reopened(f"{day} 09:00").replied(f"{day} 10:00", then="solved")
        metrics = story.clocks("20 09:00").metrics
        assert (metrics.reopened, metrics.full_resolution.business) == (3, 7 * HOUR)
        assert [each.business for each in metrics.next_responses] == [HOUR] * 3

    def test_a_breach_survives_being_solved_and_reopened(self):
        story = Story().opened("2 09:00", priority="urgent").replied("2 10:00")
        story.state("3 10:00", "solved").reopened("3 12:00").state("3 13:00", "solved")
        resolution = story.resolution("20 09:00")
        assert (resolution.state, resolution.breached_at) == (BREACHED, at("2 17:00"))
        assert resolution.fulfilled_at == at("3 13:00")


def test_case_22_what_is_merged_is_in_no_rate_and_its_target_keeps_its_own_time():
    merged = Story().opened("2 09:00").aside("2 12:00", "merged").state("2 12:00", "closed")
    clocks = merged.clocks("5 09:00")
    assert {(each.state, each.exclusion) for each in clocks.commitments} == {(EXCLUDED, "merged")}
    assert clocks.next_due is None
    assert clocks.metrics.first_contact_resolution is None
    # The older words of what was merged into it do not start its clocks: its own events do.
    target = Story().opened("2 11:00")
    assert target.first("2 12:00").started_at == at("2 11:00")


class TestCase23Spam:
    def test_it_leaves_and_comes_back_as_if_it_had_never_been_gone(self):
        story = Story().opened("2 09:00").aside("2 10:00", "spam").state("2 10:00", "closed")
        assert {each.exclusion for each in story.clocks("2 12:00").commitments} == {"spam"}
        story.aside("2 13:00", None, old="spam").state("2 13:00", "new")
        plain = Story().opened("2 09:00")
        assert story.clocks("2 14:00").commitments == plain.clocks("2 14:00").commitments
        assert story.clocks("2 14:00").metrics == plain.clocks("2 14:00").metrics

    def test_a_customer_who_is_deleted_leaves_the_counts_alone(self):
        story = Story().opened("2 09:00", customer_id=5).replied("2 10:00")
        nobody = Story().opened("2 09:00", customer_id=None).replied("2 10:00")
        assert story.clocks("3 09:00") == nobody.clocks("3 09:00")


class TestCase24UnknownBeginnings:
    def test_nothing_is_known_and_nothing_is_zero(self):
        clocks = Story().clocks("2 09:00")
        assert clocks.commitments == ()
        durations = ("first_response", "requester_wait", "staff_work", "customer_wait", "on_hold",
                     "first_resolution", "full_resolution", "first_contact_resolution")  # fmt: skip
        assert [getattr(clocks.metrics, name) for name in durations] == [None] * 8

    def test_what_is_asked_later_is_owed_from_then_on(self):
        story = Story()
        story._state = "solved"
        story.reopened("3 09:00")
        clocks = story.clocks("3 10:00")
        assert clocks.metrics.requester_wait is None
        assert [(each.kind, each.due_at) for each in clocks.commitments] == [(NEXT, at("3 17:00"))]

    def test_events_of_before_the_priority_was_recorded(self):
        story = Story().opened("2 09:00")
        opening = story.happenings[0]
        opening.data.pop("priority")
        opening.data.pop("site_id")
        assert story.first("2 10:00").due_at == at("2 17:00")
        story.add("2 10:00", "priority_changed", "staff", old="high", new="normal")
        assert story.first("2 10:00").due_at == at("2 17:00")
        assert story.clocks("2 09:30").history.priority == "normal"
        assert story.clocks("2 10:00").history.priority == "high"


def test_case_25_a_clock_that_is_set_back_reorders_nothing():
    story = Story().opened("2 09:00").replied("2 12:00", then="waiting_customer")
    story.asked("2 11:00").state("2 11:00", "open")  # received after our answer
    clocks = story.clocks("2 13:00")
    assert only(clocks, NEXT).started_at == at("2 12:00")
    assert clocks.metrics.customer_wait == Duration(0, 0)
    assert clocks.metrics.first_response == Duration(3 * HOUR, 3 * HOUR)


class TestDueByHand:
    def test_it_stands_whatever_the_rules_do(self):
        story = Story().opened("2 09:00").due("2 10:00", "resolution", "4 12:00")
        story.priority("2 11:00", "urgent").replied("2 12:00", then="waiting_customer")
        resolution = story.resolution("3 09:00")
        assert (resolution.is_manual, resolution.due_at, resolution.is_open) == (
            True, at("4 12:00"), True,
        )  # fmt: skip
        assert story.resolution(second("4 12:00")).state == BREACHED

    def test_handed_back_the_rules_leave_what_they_leave(self):
        story = Story().opened("2 09:00").due("2 10:00", "first_reply", "6 12:00")
        story.due("2 12:00", "first_reply", None)
        assert story.first("2 12:00").due_at == at("2 17:00")
        assert not story.first("2 12:00").is_manual

    def test_what_is_decided_does_not_move(self):
        story = Story().opened("2 09:00").due("3 10:00", "first_reply", "6 12:00")
        assert story.first("3 11:00").breached_at == at("2 17:00")


def test_a_policy_without_a_target_promises_nothing():
    given = rules(version(made=targets(normal=(8, None, None))))
    story = Story().opened("2 09:00").replied("2 10:00").asked("2 11:00")
    clocks = story.clocks("2 12:00", given)
    assert {(each.kind, each.exclusion) for each in clocks.commitments if each.exclusion} == {
        (NEXT, "no_target"), (CommitmentKind.RESOLUTION, "no_target"),
    }  # fmt: skip
    story.priority("2 12:00", "urgent")
    assert only(story.clocks("2 12:00", given), NEXT).due_at == at("2 14:00")


def test_tickets_older_than_the_first_policy_adopt_it_when_it_comes():
    given = rules(version(1, at("4 12:00")))
    story = Story().opened("2 09:00")
    assert story.first("4 11:00", given).exclusion == "no_target"
    assert story.first("4 12:00", given).due_at == at("5 12:00")
    assert story.clocks("4 12:00", given).metrics.requester_wait.business == 19 * HOUR


def test_a_site_may_promise_something_of_its_own():
    own = version(made=targets(normal=(1, 1, 1)))
    given = rules(site_5=(own, version(2, at("2 12:00"), {})))
    story = Story()
    story.add("2 11:30", "opened", "customer", priority="normal", site_id=5)
    assert story.first("2 11:45", given).due_at == at("2 12:30")
    assert story.first("2 12:00", given).due_at == at("3 11:30")  # handed back: the usual eight


def test_a_warning_comes_when_most_of_the_target_is_used_up():
    assert Story().opened("2 09:00").first("2 09:00").warn_at == at("2 15:00")
    story = Story().opened("2 09:00").due("2 10:00", "first_reply", "2 14:00")
    assert story.first("2 10:00").warn_at == at("2 13:00")


def test_what_is_due_first_is_told_among_what_is_open():
    story = Story().opened("2 09:00").replied("2 10:00").asked("2 11:00")
    clocks = story.clocks("2 12:00")
    assert (clocks.next_due.kind, clocks.next_due.due_at) == (NEXT, at("3 11:00"))
    story.replied("2 12:30", then="waiting_customer")
    assert story.clocks("2 13:00").next_due is None
