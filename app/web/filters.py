"""Template filters: times, numbers and plain text as people read them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.dates import format_timedelta as babel_timedelta
from babel.numbers import format_currency
from babel.units import format_unit
from flask import Flask
from flask_babel import get_locale

from app.clock import utc_now
from app.config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Register the filters."""
    zone = ZoneInfo(settings.timezone)

    @app.template_filter("datetime")
    def show_datetime(value: datetime, parts: str = "yMMMd Hm") -> str:
        """Write a time in the reader's language and the installation's zone.

        :param parts: which fields to show, as Unicode skeletons: the language orders them.
        """
        local, locale = value.astimezone(zone), get_locale() or "en"
        return ", ".join(format_skeleton(part, local, locale=locale) for part in parts.split())

    @app.template_filter("date")
    def show_date(value: datetime) -> str:
        """Write a day in the reader's language and the installation's zone."""
        return format_date(value.astimezone(zone), "long", locale=get_locale() or "en")

    @app.template_filter("ago")
    def show_ago(value: datetime) -> str:
        """Write how long ago something was, in the reader's language."""
        return babel_timedelta(value - utc_now(), add_direction=True, locale=get_locale() or "en")

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
