"""What a first visit transfers, in bytes of body, gzipped where the server gzips."""

from __future__ import annotations

from bench.measure import report
from bench.scratch import scratch
from bench.weight import transferred, weigh

#: Budgets in bytes, held by tests/functional/test_sizes.py and tests/widget/test_sizes.py.
LOADER_BYTES = 3_000
FIRST_OPEN_BYTES = 25_000
FIRST_PAGE_BYTES = 60_000


def run() -> None:
    """Measure and print the figures."""
    with scratch(tickets=120, sessions=0) as made:
        _line("loader", transferred(made.client, "/widget/v1/loader.js")[0], LOADER_BYTES)
        panel = weigh(made.client, f"/w/{made.site}/")
        suggestions = f"/w/{made.site}/suggestions?path=/calendar/week&title=Calendar"
        first_open = sum(panel.values()) + transferred(made.client, suggestions)[0]
        _line("panel, first open", first_open, FIRST_OPEN_BYTES)
        for name, client, address in [
            ("help centre, first page", made.client, "/help"),
            ("help centre, article", made.client, f"/help/articles/{made.slugs[0]}"),
            ("portal, sign-in", made.client, "/portal/sign-in"),
            ("portal, inbox with htmx", made.staff_client, "/portal/inbox"),
            ("portal, ticket with htmx", made.staff_client, "/portal/tickets/1"),
        ]:
            _line(name, sum(weigh(client, address).values()), FIRST_PAGE_BYTES)


def _line(name: str, size: int, budget: int) -> None:
    report(f"transferred: {name}", size, "bytes gz", f"budget {budget:,}")
