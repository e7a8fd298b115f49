"""Template filters: times, numbers and plain text as people read them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.dates import format_timedelta as babel_timedelta
from babel.numbers import format_currency
from babel.units import format_unit
from flask import Flask
from flask_babel import get_locale

from app.clock import utc_now
from app.config import Settings
from app.web.locales import current_language

#: In a Unicode skeleton: fields of the day, fields of the time of day.
DATE_FIELDS = re.compile(r"[^hHkKjJCmsSAazZvVOXx]")
TIME_FIELDS = re.compile(r"[hHkKjJCmsSAazZvVOXx]")
#: Seconds of the units that distances are shown in, and the share from which one is used.
#: Source: babel.dates.TIMEDELTA_UNITS and the default of format_timedelta.
UNITS = (31_536_000, 2_592_000, 604_800, 86_400, 3_600, 60)
THRESHOLD = 0.85


def init_app(app: Flask, settings: Settings) -> None:
    """Register the filters."""
    zone = ZoneInfo(settings.timezone)

    @app.template_filter("datetime")
    def show_datetime(value: datetime, parts: str = "yMMMd Hm") -> str:
        """Write a time in the reader's language and the installation's zone.

        :param parts: which fields to show, as Unicode skeletons: the language orders them.
        """
        local, language = value.astimezone(zone), current_language()
        return ", ".join(_part_of_time(part, local, language) for part in parts.split())

    @app.template_filter("date")
    def show_date(value: datetime) -> str:
        """Write a day in the reader's language and the installation's zone."""
        return format_date(value.astimezone(zone), "long", locale=get_locale() or "en")

    @app.template_filter("ago")
    def show_ago(value: datetime) -> str:
        """Write how long ago something was, in the reader's language."""
        return _ago(*_rounded(value - utc_now()), current_language())

    @app.template_filter("iso")
    def show_iso(value: datetime) -> str:
        """Write a time for a <time datetime> attribute."""
        return value.isoformat(timespec="seconds")

    @app.template_filter("duration")
    def show_duration(seconds: float) -> str:
        """Write a length of time given in seconds, such as "1 min 20 s"."""
        whole = round(seconds)
        minutes, rest = divmod(whole, 60)
        if minutes == 0:
            return f"{rest} s"
        hours, minutes = divmod(minutes, 60)
        if hours == 0:
            return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"

    app.add_template_filter(datetime.fromisoformat, "from_iso")
    app.add_template_filter(show_money, "money")
    app.add_template_filter(show_filesize, "filesize")


def _part_of_time(skeleton: str, local: datetime, language: str) -> str:
    """Write some fields of a time; days and times of day are few, whatever the number of times."""
    plain = local.replace(tzinfo=None, second=0, microsecond=0)
    if not DATE_FIELDS.search(skeleton):
        return _written(skeleton, plain.replace(year=2000, month=1, day=1), language)
    if not TIME_FIELDS.search(skeleton):
        return _written(skeleton, plain.replace(hour=0, minute=0), language)
    return format_skeleton(skeleton, local, locale=language)


@lru_cache(maxsize=8_192)
def _written(skeleton: str, local: datetime, language: str) -> str:
    return format_skeleton(skeleton, local, locale=language)


def _rounded(delta: timedelta) -> tuple[int, int]:
    """Return a distance in the unit that Babel would show it in: seconds of the unit, how many."""
    seconds = delta.total_seconds()
    size = abs(seconds)
    unit = next((unit for unit in UNITS if size / unit >= THRESHOLD), 1)
    return unit, round(size / unit) * (1 if seconds >= 0 else -1)


@lru_cache(maxsize=2_048)
def _ago(unit: int, count: int, language: str) -> str:
    return babel_timedelta(
        timedelta(seconds=unit * count), threshold=THRESHOLD, add_direction=True, locale=language
    )


def show_filesize(size_bytes: int) -> str:
    """Write a size given in bytes, in the reader's language."""
    if size_bytes < 1024:
        amount, unit = float(size_bytes), "byte"
    elif size_bytes < 1024 * 1024:
        amount, unit = round(size_bytes / 1024), "kilobyte"
    else:
        amount, unit = round(size_bytes / 1024 / 1024, 1), "megabyte"
    return format_unit(amount, f"digital-{unit}", "short", locale=get_locale() or "en")


def show_money(cents: int, currency: str) -> str:
    """Write an amount given in hundredths, without the hundredths where there are none."""
    amount = Decimal(cents) / 100
    whole = amount == amount.to_integral_value()
    return format_currency(
        amount,
        currency,
        locale=get_locale() or "en",
        format="¤#,##0" if whole else None,
        currency_digits=not whole,
    )
