"""When messages leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from terreau.notifications import rules

PARIS = ZoneInfo("Europe/Paris")
moments = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from([PARIS, ZoneInfo("America/Martinique"), ZoneInfo("Asia/Phnom_Penh"), ZoneInfo("UTC")])


@given(asked=moments, zone=zones)
def test_a_daily_message_leaves_within_a_day_at_the_hour_of_groups(asked, zone):
    due = rules.due_at("daily", asked, zone)
    assert asked < due <= asked + timedelta(hours=25)
    assert due.astimezone(zone).strftime("%H:%M:%S") == "07:00:00"


@given(asked=moments, zone=zones)
def test_a_weekly_message_leaves_on_the_next_monday(asked, zone):
    due = rules.due_at("weekly", asked, zone)
    assert asked < due <= asked + timedelta(days=7, hours=1)
    assert due.astimezone(zone).weekday() == 0
    assert due.astimezone(zone).hour == rules.HOUR_OF_GROUPS


@given(
    first=moments,
    seconds=st.integers(0, 86400 * 14),
    frequency=st.sampled_from(["daily", "weekly", "at_once"]),
)
def test_messages_leave_in_the_order_in_which_they_were_written(first, seconds, frequency):
    later = first + timedelta(seconds=seconds)
    assert rules.due_at(frequency, first, PARIS) <= rules.due_at(frequency, later, PARIS)


def test_at_once_is_now_and_none_is_never():
    now = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert rules.due_at("at_once", now, PARIS) == now
    assert rules.due_at("none", now, PARIS) is None


def test_a_refused_mail_is_tried_again_less_and_less_often_then_given_up():
    now = datetime(2026, 3, 28, 12, tzinfo=UTC)
    waits = [rules.retry_at(attempts, now) for attempts in range(1, 8)]
    assert waits == sorted(waits)
    assert rules.retry_at(8, now) is None
