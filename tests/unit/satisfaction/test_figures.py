"""What answers add up to: shares, means, and what the silent ones could change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deflection.shares import Share
from app.satisfaction.figures import Scores, bounds, has_changed, t_95

COUNTS = st.fixed_dictionaries({score: st.integers(0, 300) for score in range(1, 6)})


def scores(*counts):
    return Scores(dict(zip(range(1, 6), counts, strict=True)))


def test_the_satisfied_are_fours_and_fives():
    assert scores(1, 2, 3, 4, 10).satisfied == Share(14, 20)
    assert scores(0, 0, 0, 0, 0).mean == 0


def test_a_mean_has_an_interval_from_thirty_answers_on():
    assert scores(0, 0, 0, 0, 29).mean_interval is None
    assert scores(0, 0, 0, 0, 30).mean_interval == (5.0, 5.0)
    low, high = scores(3, 2, 5, 20, 30).mean_interval
    assert (round(low, 2), round(high, 2)) == (3.92, 4.48)


@pytest.mark.parametrize(("freedom", "quantile"), [(29, 2.045), (40, 2.021), (120, 1.980)])
def test_the_quantile_agrees_with_the_table(freedom, quantile):
    assert round(t_95(freedom), 3) == quantile


def test_a_quarter_answered_and_nine_of_ten_are_happy():
    """The example of docs/satisfaction.md."""
    low, high = bounds(Share(90, 100), 400)
    assert (low.value, high.value) == (0.225, 0.975)


@given(counts=COUNTS, silent=st.integers(0, 500))
def test_the_truth_lies_between_the_bounds(counts, silent):
    satisfied = Scores(counts).satisfied
    low, high = bounds(satisfied, satisfied.whole + silent)
    assert 0 <= low.value <= high.value <= 1
    if not silent:
        assert low == high == satisfied
    if satisfied.whole:
        assert low.value <= satisfied.value <= high.value


@given(counts=COUNTS)
def test_the_mean_lies_within_its_interval(counts):
    found = Scores(counts)
    if found.mean_interval is not None:
        low, high = found.mean_interval
        assert 1 <= low <= found.mean + 1e-9
        assert found.mean - 1e-9 <= high <= 5


@pytest.mark.parametrize(
    ("now", "before", "changed"),
    [
        ((45, 50), (44, 50), False),
        ((20, 50), (45, 50), True),
        ((9, 9), (0, 50), False),  # too few to say anything
        ((360, 400), (330, 400), True),
    ],
)
def test_a_change_is_one_that_chance_does_not_explain(now, before, changed):
    assert has_changed(Share(*now), Share(*before)) is changed
    assert has_changed(Share(*before), Share(*now)) is changed
