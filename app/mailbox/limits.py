"""How much of a mail is taken. Anybody can send anything.

Source: docs/mail.md, "Incoming mail".
"""

from __future__ import annotations

from datetime import timedelta

#: Larger mails lose their files: only the beginning is kept, which holds the text.
MAX_BYTES = 25 * 1024 * 1024
#: How much of a larger mail is kept.
KEPT_OF_LARGER = 1024 * 1024
MAX_PARTS = 100
MAX_DEPTH = 10
MAX_FILES = 30
MAX_HTML_BYTES = 256 * 1024
#: Of deeper HTML only the words are taken: drawing it takes a time that grows with its square.
MAX_HTML_DEPTH = 200
#: Characters of one header that are looked at.
MAX_HEADER = 4_000
#: Characters of a mail's text that are looked at; a message takes fewer.
MAX_TEXT = 200_000

#: More mails than this from one sender within `PER` wait for a person: no human writes so many,
#: and two machines that answer each other would go on for ever.
MOST_OF_A_SENDER = 10
PER = timedelta(hours=1)
#: The bytes of a mail that is done with are kept for so long; its row stays.
RAW_KEPT = timedelta(days=90)
