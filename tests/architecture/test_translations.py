"""Every text that customers meet can be read in every language there is."""

from __future__ import annotations

import io
from gettext import c2py

import pytest
from babel import Locale
from babel.messages.mofile import write_mo

from app.web.locales import LOCALES
from tests.architecture.templates import template_files
from tests.architecture.translations import (
    ROOT,
    TRANSLATIONS,
    catalogue,
    collected_sources,
    is_collected,
    places,
    reachable_templates,
    texts_in_sources,
    texts_of_template,
    unmarked_messages,
    untranslated_words,
)

TRANSLATED = LOCALES[1:]
TEMPLATES = template_files()
FOR_CUSTOMERS = ("help/", "widget/", "emails/", "errors/")

#: Carries every language itself, because nothing may fail while it is drawn.
STANDALONE = "errors/500.html"

#: What staff are told in the portal, and programs that break the protocol; no customer meets it.
NOT_FOR_CUSTOMERS = {
    "'Only PNG, JPEG, GIF and WebP images can be put into an article.'",  # the editor
    "'The customer did not write this. Please keep their words.'",
    "'These words are kept already.'",
    "'Please delete a view before you save another.'",
    "'Please give it a name.'",
    "'Please choose some tickets first.'",
    "f'Please add at most {MOST_AT_ONCE} minutes at once.'",
    "'You have not added as much as that.'",
    "f'Please change at most {MOST_AT_ONCE} at once.'",
    "'This is undone already.'",
    "'This is too long ago to be undone at once.'",
    "'Please choose a shorter name.'",
    "'Please choose a moment in the future.'",
    "'Please choose a moment within a year.'",
    "'It is solved: nothing is left to come back to.'",
    "f'Please use at most {MOST_TAGS} tags.'",
    "'Only a signed-in customer can take requests over.'",
    "'Send a JSON object.'",
    "'The batch is too large.'",
    "'The request has no key.'",
    "'The vote names no revision or no session.'",
    "'There is no file in the request.'",
    "'There is no such category.'",
    "'There is no such priority.'",
    "'There is no such team.'",
    "'There is nobody like that.'",
    "'This must be text.'",
    "'Who has the ball, or what do we wait for?'",
    "'When should somebody look at it again?'",
    "'Please choose a day in the future.'",
    "'Please choose a day within a year.'",
    "'This ticket was merged. Undo that instead.'",
    "'This ticket was not merged.'",
    "'A ticket cannot be merged into itself, nor into one that goes on in it.'",
    "'That ticket is set aside. Take it back first.'",
    "'That ticket is closed for good. Merge it into this one instead.'",
    "'These are of different people, and each would read the words of the other.'",
    "'Please choose a ticket.'",
    "'Please choose another ticket than this one.'",
    "'Please choose one of these.'",
    "'Please read it through for this first.'",
    "'Which article answers it?'",
    "'Please choose how they belong together.'",
    "'There is no ticket with this number.'",
    "'Please choose at least one message of the customer.'",
    "'Please leave at least one message of the customer here.'",
    "'This ticket is not set aside.'",
}


def po(locale):
    return catalogue(TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po", locale)


def ids(messages):
    return {message.id for message in messages if message.id}


def test_the_template_of_catalogues_is_current():
    assert ids(catalogue(TRANSLATIONS / "messages.pot")) == texts_in_sources(), (
        "run make translations and translate what is new"
    )


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_catalogue_translates_every_text(locale):
    messages = po(locale)
    assert ids(messages) == texts_in_sources(), "run make translations"
    assert not messages.obsolete
    empty = [m.id for m in messages if m.id and not all(_forms(m.string))]
    assert empty == []
    assert [m.id for m in messages if m.id and m.fuzzy] == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_translation_fills_in_what_the_text_does(locale):
    wrong = []
    for message in po(locale):
        if not message.id:
            continue
        wanted = set().union(*(places(text) for text in _forms(message.id)))
        for form in _forms(message.string):
            # A form for one, two or none may say the number in words.
            spoken = {"%(num)d"} if isinstance(message.id, tuple) else set()
            if not wanted - spoken <= places(form) <= wanted:
                wrong.append((message.id, form))
    assert wrong == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_text_with_a_number_has_a_form_for_each_kind_of_number(locale):
    messages = po(locale)
    with_number = [m for m in messages if isinstance(m.id, tuple)]
    assert with_number
    assert {len(m.string) for m in with_number} == {messages.num_plurals}
    form_of = _plural_function(messages.plural_expr)
    kinds: dict[int, set[str]] = {}
    for number in range(300):
        kinds.setdefault(form_of(number), set()).add(Locale(locale).plural_form(number))
    assert sorted(kinds) == list(range(messages.num_plurals))
    # Each form serves one kind of number, as the Unicode rules of the language part them.
    assert all(len(kind) == 1 for kind in kinds.values())
    several = [form_of(number) for number in (3, 11, 100)]
    for message in with_number:
        assert all("%(num)d" in message.string[form] for form in several), message.id


@pytest.mark.parametrize("locale", TRANSLATED)
def test_the_compiled_catalogue_is_current(locale):
    compiled = io.BytesIO()
    write_mo(compiled, po(locale))
    path = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.mo"
    assert path.read_bytes() == compiled.getvalue(), "run make translations"


def test_every_template_that_customers_see_is_collected(app):
    roots = [name for name in TEMPLATES if name.startswith(FOR_CUSTOMERS)]
    missing = {
        name: texts_of_template(name)
        for name in reachable_templates(roots, app.jinja_env, TEMPLATES)
        if not is_collected(f"app/templates/{name}")
    }
    assert {name: texts for name, texts in missing.items() if texts} == {}


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in TEMPLATES
        if is_collected(f"app/templates/{name}") and not name.endswith(".xml")
    ],
)
def test_a_template_for_customers_says_nothing_in_english_only(name):
    if name == STANDALONE:
        assert all(f'lang="{locale}"' in TEMPLATES[name] for locale in LOCALES)
        return
    words = untranslated_words(TEMPLATES[name])
    assert [word for word in words if word != "Foreword"] == []


@pytest.mark.parametrize("path", collected_sources(".py"))
def test_an_error_that_customers_meet_is_a_sentence(path):
    unmarked = unmarked_messages((ROOT / path).read_text())
    assert set(unmarked) - NOT_FOR_CUSTOMERS == set(), "use app.texts.Sentence"


def test_the_checks_find_what_is_missing():
    assert untranslated_words('<p class="x">{{ _("Hello") }} <b>you</b></p>') == ["you"]
    assert untranslated_words('<a aria-label="Close">{# no #}{% if x %}1{% endif %}</a>') == [
        "Close"
    ]
    code = 'raise Invalid("a", fields={"b": ["c", Sentence("d")]})\nuser_message = f"e{1}"\n'
    assert unmarked_messages(code) == ["'a'", "'c'", "f'e{1}'"]
    assert places("%(num)d of %(name)s, 100 %%") == {"%(num)d", "%(name)s"}


def _forms(text):
    return text if isinstance(text, tuple) else (text,)


def _plural_function(expression):
    """Return the function that a catalogue's header describes, as gettext reads it."""
    return c2py(expression)
