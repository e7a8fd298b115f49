"""Forms of flags."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField, TextAreaField

from app.care.models import DocsGap, FlagKind, Verdict
from app.web.locales import lazy_text as _l

KIND_LABELS = {
    FlagKind.DOCS_FIX: _l("Documentation"),
    FlagKind.BUG: _l("Bug"),
    FlagKind.FEATURE_REQUEST: _l("Feature request"),
}
GAP_LABELS = {
    DocsGap.MISSING: _l("Missing"),
    DocsGap.WRONG: _l("Wrong"),
    DocsGap.NOT_FINDABLE: _l("Not to be found"),
}
VERDICT_LABELS = {
    Verdict.LINKED: _l("An article answers it"),
    Verdict.UNWRITTEN: _l("We knew, but no article says it"),
    Verdict.NEW: _l("It was new to us"),
    Verdict.NOTHING: _l("It is nothing for an article"),
}


class FlagForm(FlaskForm):
    """Something to mend. The service knows what goes with what."""

    kind = SelectField(
        _l("What should be mended?"),
        choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()],
    )
    gap = SelectField(
        _l("The article is"),
        choices=[
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(gap.value, label) for gap, label in GAP_LABELS.items()),
        ],
        description=_l("For documentation only."),
    )
    article = SelectField(
        _l("Which article?"),
        # The service knows which articles there are.
        validate_choice=False,
        coerce=lambda value: int(value) if value and str(value).isdecimal() else None,
        description=_l("What is found for the subject; needed when an article is wrong."),
    )
    looked_for = StringField(
        _l("What the customer looked for"), description=_l("The words they searched with.")
    )
    note = TextAreaField(_l("What should be better?"))


class SettleForm(FlaskForm):
    """What was done about a flag."""

    note = StringField(_l("What was done"))


class WinForm(FlaskForm):
    """What a customer wrote when something went well."""

    words = TextAreaField(
        _l("What they wrote"),
        description=_l("Cut it to what matters; do not change their words."),
    )
    note = TextAreaField(_l("What went well?"), description=_l("For the team."))
