"""Forms around accounts and customers."""

from __future__ import annotations

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.customers.models import Account
from app.customers.services.records import AccountFacts
from app.web.locales import lazy_text as _l

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "DKK", "NOK", "PLN", "CAD", "AUD")


class AccountForm(FlaskForm):
    """What staff know of an account."""

    name = StringField(_l("Name"), [DataRequired(_l("An account needs a name.")), Length(max=200)])
    plan = StringField(_l("Plan"), [Length(max=100)])
    yearly_value = DecimalField(
        _l("Yearly value"), [Optional(), NumberRange(min=0, max=10_000_000)], places=2
    )
    currency = SelectField(
        _l("Currency"), choices=[SelectChoice(code, code) for code in CURRENCIES]
    )
    city = StringField(_l("City"), [Length(max=100)])
    timezone = StringField(
        _l("Time zone"), [Length(max=60)], description=_l("Such as Europe/Berlin.")
    )
    shares_requests = BooleanField(
        _l("Its people see each other's requests"),
        description=_l("They can read and continue them, in the help centre and in the widget."),
    )
    notes = TextAreaField(_l("Notes"), [Length(max=5_000)])

    def facts(self) -> AccountFacts:
        """Return the values in the form the service takes."""
        value = self.yearly_value.data
        return AccountFacts(
            name=self.name.data.strip(),
            plan=self.plan.data or "",
            annual_value_cents=None if value is None else int(value * 100),
            currency=self.currency.data,
            city=self.city.data or "",
            timezone=self.timezone.data or "",
            notes=self.notes.data or "",
            shares_requests=bool(self.shares_requests.data),
        )


def account_form(account: Account) -> AccountForm:
    """Return the form filled with an account."""
    cents = account.annual_value_cents
    form = AccountForm(formdata=None, obj=account)
    form.yearly_value.data = None if cents is None else Decimal(cents) / 100
    if account.currency not in CURRENCIES:
        form.currency.choices = [
            *form.currency.choices,
            SelectChoice(account.currency, account.currency),
        ]
    return form


class MembershipForm(FlaskForm):
    """The account a customer belongs to; empty is none."""

    account = IntegerField(_l("Account"), [Optional()])
