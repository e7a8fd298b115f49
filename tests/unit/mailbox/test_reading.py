"""Reading mails as they really are: broken charsets, HTML alone, quotes, files without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mailbox.parsing.html_text import html_to_text
from app.mailbox.parsing.quotes import cut_quotes
from app.mailbox.parsing.reading import heading_of, identity_of, parsed, read_mail
from tests.factories.incoming import composed

HEAD = b"From: Nora <nora@studio.example>\nMessage-ID: <a@b>\nMIME-Version: 1.0\n"


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (b"text/plain; charset=iso-8859-1", b"Gr\xfc\xdfe", "Grüße"),
        (b"text/plain; charset=utf-8", b"Gr\xfc\xdfe", "Gr\ufffd\ufffde"),
        (b"text/plain; charset=x-none", "Grüße".encode(), "Grüße"),
        (b"text/plain; charset=x-none", b"Gr\xfc\xdfe", "Gr\ufffd\ufffde"),
        (b'text/plain; charset="', "Grüße".encode(), "Grüße"),
        (b"text/plain; charset=utf-7", b"a+AAA-b", "ab"),
        (b"text/plain; charset=us-ascii", "Grüße".encode(), "Grüße"),
    ],
)
def test_whatever_charset_it_claims_there_is_a_text(head, body, text):
    raw = HEAD + b"Content-Type: " + head + b"\nContent-Transfer-Encoding: 8bit\n\n" + body
    assert read_mail(raw).text == text


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uue", "nonsense"])
def test_a_wrong_transfer_encoding_is_survived(encoding):
    raw = HEAD + f"Content-Transfer-Encoding: {encoding}\n\n=ZZ!!%%".encode()
    assert isinstance(read_mail(raw).text, str)


def test_html_alone_becomes_text_with_quotes_and_addresses():
    html = (
        "<html><head><title>No</title><style>p{}</style></head><body><p>Hello&nbsp;there,</p>"
        "<div>see <a href='https://s.example/x'>this page</a></div>"
        "<ul><li>one</li><li>two</li></ul>"
        "<script>alert(1)</script><blockquote><p>Old words</p></blockquote></body></html>"
    )
    assert html_to_text(html) == (
        "Hello there,\n\nsee this page (https://s.example/x)\n\n- one\n- two\n\n> Old words"
    )
    mail = read_mail(composed(text="", html=html))
    assert mail.text.startswith("Hello there,")
    assert "Old words" not in mail.text
    assert "Old words" in mail.full_text
    assert "alert" not in mail.full_text


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        "<!--",
        "<![",
        "</",
        "<a href='",
        "<!",
        "&#",
        "<div>",
        "<blockquote>",
        "<p ",
        "<p>",
        "<tr>",
        "<b>",
    ],
)
def test_no_html_keeps_it_busy(piece):
    # With Python's own parser alone some of these would not end, and some would fail.
    assert isinstance(html_to_text(piece * 40_000), str)


def test_of_html_deeper_than_anybody_writes_the_words_are_taken():
    deep = "<div>" * 201 + "Hello &amp; <b>goodbye</b>"
    mail = read_mail(composed(text="", html=deep))
    assert (mail.text, mail.html) == ("Hello & goodbye", "")
    shallow = "<p>One<br><p>Two" * 300
    assert read_mail(composed(text="", html=shallow)).html


def test_plain_text_comes_before_html():
    mail = read_mail(composed(text="Plain", html="<p>Rich</p>"))
    assert mail.text == "Plain"
    assert "Rich" in mail.html


@pytest.mark.parametrize(
    "tail",
    [
        "On Mon, 2 Mar 2026 at 10:00, Studio <help@s.example> wrote:\n> old\n> stuff",
        "On Mon, 2 Mar 2026 at 10:00, Studio\n<help@s.example> wrote:\n\n> old",
        "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Studio <help@s.example>:\n> alt",
        "Am 02.03.26 um 10:00 schrieb Studio:\n> alt",
        "Le lun. 2 mars 2026 à 10:00, Studio <help@s.example> a écrit :\n> vieux",
        "-----Original Message-----\nFrom: Studio\nold",
        f"{'_' * 32}\nVon: Studio <help@s.example>\nGesendet: Montag\nAn: Nora\nBetreff: x\n\nalt",
        "From: Studio <help@s.example>\nSent: Monday\nTo: Nora\nSubject: Re: x\n\nold",
        "-- \nNora Quist\nStudio",
        "Sent from my iPhone",
        "> old\n> stuff\n",
        "> قديم",
    ],
)
def test_quote_and_signature_are_cut(tail):
    assert cut_quotes(f"It is the second.\n\n{tail}") == "It is the second."


@pytest.mark.parametrize(
    "text",
    [
        "> only a quote",
        "On Monday I wrote: nothing happened",
        "On Tuesday we moved.\nFrom: there\nit broke",
        "> Which month?\nMarch.\n> And year?\n2026.",
        "-- ",
    ],
)
def test_what_is_no_quote_stays(text):
    assert cut_quotes(text) == text.strip()


@given(st.text(alphabet=st.sampled_from("On wrote:\n> Am schrieb:@1-_From: x"), max_size=300))
def test_cutting_only_ever_cuts(text):
    cut = cut_quotes(text)
    assert cut in text
    assert bool(cut) == bool(text.strip())


@pytest.mark.parametrize("piece", ["On ", "\n\n", "> ", "From: a\n", "Am ", "-", "_" * 40 + "\n"])
def test_no_text_keeps_it_busy(piece):
    # With patterns that run away this would not end.
    assert isinstance(cut_quotes(piece * 40_000), str)


def test_lines_broken_for_the_way_are_put_together():
    raw = HEAD + b"Content-Type: text/plain; format=flowed\n\nOne \ntwo\nthree\n"
    assert read_mail(raw).text == "One two\nthree"


def test_parts_and_files_without_end_are_bounded():
    part = b'--b\nContent-Disposition: attachment; filename="n%d.txt"\n\nx\n'
    body = b"--b\nContent-Type: text/plain\n\nHello\n" + b"".join(part % n for n in range(500))
    mail = read_mail(HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + body + b"--b--\n")
    assert mail.text == "Hello"
    assert len(mail.files) == 30
    assert mail.refused


def test_a_forwarded_mail_is_a_file():
    inner = composed(subject="Inner")
    head = b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee below\n'
    middle = b"--b\nContent-Type: message/rfc822\n\n"
    raw = HEAD + head + middle + inner + b"\n--b--\n"
    mail = read_mail(raw)
    assert mail.text == "See below"
    assert [file.name for file in mail.files] == ["forwarded.eml"]


def test_an_address_within_an_encoded_word_is_no_address():
    raw = b"From: =?utf-8?q?boss=40team=2Eexample=3E?= <nora@studio.example>\n\nx"
    assert heading_of(parsed(raw)).from_address == "nora@studio.example"


@pytest.mark.parametrize(
    "head", [b"\xff\xfe: \xff", b"Subject: =?x-none?b?!!!?=", b"From: \xff\xfe <", b": :\n\n", b""]
)
def test_hopeless_heads_are_survived(head):
    mail = read_mail(head + b"\n\nwords")
    assert isinstance(mail.heading.subject, str)


def test_the_lines_that_servers_add_do_not_count():
    raw = composed(message_id="<a@b>")
    again = b"Received: from a by b\r\nDelivered-To: x@y.example\r\n" + raw.replace(b"\n", b"\r\n")
    assert identity_of(raw, parsed(raw)) == identity_of(again, parsed(again))
    other = composed(message_id="<a@b>", text="Other")
    assert identity_of(raw, parsed(raw)) != identity_of(other, parsed(other))


@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw):
    mail = read_mail(raw)
    assert "\x00" not in mail.full_text
    mail.full_text.encode()
