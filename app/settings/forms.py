"""Forms of sites, identity keys and synonyms."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, ColorField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.sites.models import WidgetMode
from app.web.locales import lazy_text as _l

MODES = [
    SelectChoice(
        WidgetMode.NEUTRAL.value,
        _l("Neutral: search and contact stand side by side"),
    ),
    SelectChoice(
        WidgetMode.ANSWER_FIRST.value,
        _l("Answer first: contact appears once something was searched or read"),
    ),
    SelectChoice(
        WidgetMode.ASK_FIRST.value,
        _l("Ask first: the form opens, with suggestions while typing"),
    ),
]


class NewSiteForm(FlaskForm):
    """The least a site needs."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter a name.")), Length(max=80)],
        description=_l("For your team, such as the product's name."),
    )
    key = StringField(
        _l("Site key"),
        [DataRequired(_l("Enter a key.")), Length(max=40)],
        description=_l("Public, stands in the snippet, and stays: small letters and hyphens."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    allowed_origins = TextAreaField(
        _l("Allowed origins"),
        [Length(max=4000)],
        description=_l("One a line, such as https://app.example.com. Nobody else can show it."),
        render_kw={"rows": 3, "spellcheck": "false"},
    )


class SiteForm(FlaskForm):
    """Everything about a site that may change."""

    name = StringField(_l("Name"), [DataRequired(_l("Enter a name.")), Length(max=80)])
    allowed_origins = TextAreaField(
        _l("Allowed origins"),
        [Length(max=4000)],
        description=_l("One a line, such as https://app.example.com. Nobody else can show it."),
        render_kw={"rows": 3, "spellcheck": "false"},
    )
    mode = RadioField(_l("When customers can write"), choices=MODES)
    color = ColorField(
        _l("Colour"), description=_l("The colour of text on it is chosen so that it can be read.")
    )
    position = SelectField(
        _l("Launcher"),
        choices=[
            SelectChoice("end", _l("At the end of lines")),
            SelectChoice("start", _l("At the start")),
        ],
    )
    launcher_label = StringField(
        _l("Text on the launcher"), [Length(max=30)], description=_l("Empty shows the icon alone.")
    )
    theme = SelectField(
        _l("Theme"),
        choices=[
            SelectChoice("auto", _l("As the visitor's system")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )
    locale = SelectField(
        _l("Language if none is known"),
        choices=[
            SelectChoice("en", "English"),
            SelectChoice("de", "Deutsch"),
            SelectChoice("ar", "العربية"),
        ],
    )
    mail_name = StringField(
        _l("Mail comes from"),
        [Length(max=80)],
        description=_l("A name, such as “Acme Help”. Empty takes the site's."),
    )
    mail_address = StringField(
        _l("Mail address"),
        [Length(max=254)],
        description=_l("Answers come from it, and mail to it becomes a request."),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "inputmode": "email"},
    )
    is_active = BooleanField(
        _l("The widget is on"), description=_l("Off shows nothing on the site, with no error.")
    )


class PublicKeyForm(FlaskForm):
    """An Ed25519 public key."""

    pem = TextAreaField(
        _l("Public key (PEM)"),
        [DataRequired(_l("Paste a public key.")), Length(max=2000)],
        render_kw={"rows": 4, "spellcheck": "false"},
    )


class SynonymForm(FlaskForm):
    """Words that mean the same."""

    words = StringField(
        _l("Words and phrases"),
        [DataRequired(_l("Give at least two different words or phrases.")), Length(max=1500)],
        description=_l("Separated by commas, such as: invoice, bill, receipt"),
    )


def lines(text: str | None) -> list[str]:
    """Return the non-empty lines of a text area."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def comma_separated(text: str | None) -> list[str]:
    """Return the parts of a text separated by commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]
