"""Forms of the article pages of the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.knowledge.models import ArticleState, Audience
from app.knowledge.queries import ArticleFilter, CategoryNode
from app.knowledge.services.validation import LONGEST_TITLE
from app.web.locales import lazy_text as _l

AUDIENCES = [
    SelectChoice(Audience.PUBLIC.value, _l("Public: everybody")),
    SelectChoice(Audience.CUSTOMERS.value, _l("Customers who are signed in")),
    SelectChoice(Audience.STAFF.value, _l("Staff only")),
]
STATES = [
    SelectChoice("", _l("Any state")),
    SelectChoice(ArticleState.DRAFT.value, _l("Draft")),
    SelectChoice(ArticleState.PUBLISHED.value, _l("Published")),
    SelectChoice(ArticleState.ARCHIVED.value, _l("Archived")),
]


class FilterForm(FlaskForm):
    """What the list of articles shows; lives in the address."""

    class Meta:
        """Reading needs no token."""

        csrf = False

    q = StringField(_l("Words in the title"), default="")
    state = SelectField(_l("State"), choices=STATES, default="")
    category = SelectField(_l("Category"), default="", validate_choice=False)
    audience = SelectField(
        _l("Audience"), choices=[SelectChoice("", _l("Any audience")), *AUDIENCES], default=""
    )
    owner = SelectField(_l("Owner"), default="", validate_choice=False)

    def fill(self, nodes: Mapping[int, CategoryNode], owners: Sequence[tuple[int, str]]) -> None:
        """Give the choices that live in the database."""
        self.category.choices = [SelectChoice("", _l("Any category")), *category_choices(nodes)]
        self.owner.choices = [
            SelectChoice("", _l("Any owner")),
            SelectChoice("0", _l("Nobody")),
            *(SelectChoice(str(key), name) for key, name in owners),
        ]

    def wanted(self, nodes: Mapping[int, CategoryNode]) -> ArticleFilter:
        """Return the filter; what makes no sense is passed over."""
        node = nodes.get(_number(self.category.data) or 0)
        return ArticleFilter(
            state=self.state.data if self.state.data in set(ArticleState) else "",
            category_ids=node.ids if node else (),
            audience=self.audience.data if self.audience.data in set(Audience) else "",
            owner_id=_number(self.owner.data),
            text=(self.q.data or "")[:200],
        )


class TextForm(FlaskForm):
    """Title and text of an article."""

    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=LONGEST_TITLE)])
    body = TextAreaField(_l("Text"), default="")
    comment = StringField(
        _l("What did you change, and why?"), default="", validators=[Length(max=300)]
    )
    base_version = IntegerField(default=0)
    base_revision_id = IntegerField(default=0)


class DraftForm(FlaskForm):
    """Text as it is being typed."""

    title = StringField(default="")
    body = StringField(default="")
    base_version = IntegerField(default=0)


class PropertiesForm(FlaskForm):
    """Everything about an article beside its text."""

    category = SelectField(_l("Category"), coerce=int)
    audience = SelectField(_l("Who may read it"), choices=AUDIENCES)
    owner = SelectField(_l("Owner"), coerce=int, default=0)
    tags = StringField(_l("Tags"), default="", description=_l("Separated by commas."))
    slug = StringField(
        _l("Address"),
        default="",
        description=_l("The last part of the article's address. Earlier ones go on working."),
    )
    summary = TextAreaField(
        _l("Summary"),
        default="",
        validators=[Length(max=300)],
        description=_l("Shown in lists and by search engines."),
    )
    url_patterns = TextAreaField(
        _l("Suggest on these pages of your product"),
        default="",
        description=_l("One path a line, such as /calendar or /calendar/*."),
    )

    def fill(self, nodes: Mapping[int, CategoryNode], owners: Sequence[tuple[int, str]]) -> None:
        """Give the choices that live in the database."""
        self.category.choices = [
            SelectChoice(int(str(c.value)), c.label) for c in category_choices(nodes)
        ]
        self.owner.choices = [
            SelectChoice(0, _l("Nobody")),
            *(SelectChoice(key, name) for key, name in owners),
        ]


class NewArticleForm(PropertiesForm):
    """A new article: its title, and where it belongs."""

    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=LONGEST_TITLE)])
    body = TextAreaField(_l("Text"), default="")


class CategoryForm(FlaskForm):
    """A category."""

    name = StringField(_l("Name"), validators=[InputRequired(), Length(max=80)])
    description = StringField(_l("Description"), default="", validators=[Length(max=300)])
    parent = SelectField(_l("Inside"), coerce=int, default=0)
    icon = SelectField(_l("Icon"), default="book-open")
    position = IntegerField(_l("Place among its neighbours"), validators=[Optional()])

    def fill(self, nodes: Mapping[int, CategoryNode], icons: Sequence[str]) -> None:
        """Give the choices that live in the database."""
        tops = [SelectChoice(int(str(c.value)), c.label) for c in category_choices(nodes)]
        self.parent.choices = [SelectChoice(0, _l("At the top")), *tops]
        self.icon.choices = [SelectChoice(icon, icon.replace("-", " ")) for icon in icons]


class ImageForm(FlaskForm):
    """An image for an article."""

    image = FileField(_l("Choose an image"))


class ActionForm(FlaskForm):
    """A button that changes something."""

    action = HiddenField(default="")


def category_choices(nodes: Mapping[int, CategoryNode]) -> list[SelectChoice]:
    """Return categories for a list to choose from, indented by depth."""
    return [
        SelectChoice(str(key), "\N{NO-BREAK SPACE}" * 4 * node.depth + node.category.name)
        for key, node in nodes.items()
    ]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
