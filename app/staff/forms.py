"""Forms of sign-in, profile, invites and team."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, Regexp

from app.staff.models import AfterSolving, Role
from app.web.locales import lazy_text as _l

ROLE_LABELS = {
    Role.SUPPORT: _l("Support"),
    Role.DOCS: _l("Documentation"),
    Role.PRODUCT: _l("Product"),
    Role.ENGINEERING: _l("Engineering"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
ROLE_CHOICES = [SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()]

#: Something, an at sign, a domain with no spaces: the mail that arrives is the real check.
EMAIL = Regexp(r"^[^\s@]+@[^\s@]+\.[^\s@]+$", message=_l("This does not look like an address."))


class SignInForm(FlaskForm):
    """Address and password; where to go afterwards."""

    email = EmailField(
        _l("E-mail"),
        [DataRequired(_l("Enter your address.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    """A new password, typed once: it can be shown, and resets are a colleague away."""

    password = PasswordField(
        _l("New password"),
        [DataRequired(_l("Choose a password.")), Length(max=200)],
        description=_l("At least 12 characters. A few unrelated words do well."),
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """The old password proves who asks, in case the browser was left open."""

    current = PasswordField(
        _l("Current password"),
        [DataRequired(_l("Enter your current password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    repeat = PasswordField(
        _l("New password again"),
        [EqualTo("password", _l("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class ProfileForm(FlaskForm):
    """What colleagues and customers see, and how one likes to work."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter your name.")), Length(max=80)],
        description=_l("Customers see it above your answers."),
        render_kw={"autocomplete": "name"},
    )
    after_solving = SelectField(
        _l("When a ticket is dealt with"),
        choices=[
            SelectChoice(AfterSolving.NEXT.value, _l("open the next one")),
            SelectChoice(AfterSolving.LIST.value, _l("go back to the list")),
        ],
        default=AfterSolving.NEXT.value,
    )


class AcceptInviteForm(NewPasswordForm):
    """Name and password of a new colleague."""

    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Enter your name.")), Length(max=80)],
        description=_l("Customers see it above your answers."),
        render_kw={"autocomplete": "name"},
    )


class InviteForm(FlaskForm):
    """Whom to invite, as what."""

    email = EmailField(
        _l("E-mail"),
        [DataRequired(_l("Enter an address.")), Length(max=254), EMAIL],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(_l("Role"), choices=ROLE_CHOICES)


class RoleForm(FlaskForm):
    """The role of a colleague."""

    role = SelectField(_l("Role"), choices=ROLE_CHOICES)
