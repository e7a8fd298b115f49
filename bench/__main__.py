"""Run every benchmark: ``python -m bench``, or some of them by name: ``python -m bench search``."""

from __future__ import annotations

import sys

from bench import desk, pages, search_http, search_inprocess, search_publish, sizes

BENCHMARKS = {
    "sizes": sizes.run,
    "pages": pages.run,
    "desk": desk.run,
    "search-inprocess": search_inprocess.run,
    "search-publish": search_publish.run,
    "search-http": search_http.run,
}


def main(names: list[str]) -> None:
    """Run the benchmarks whose names start with one of the given ones, or all."""
    for name, run in BENCHMARKS.items():
        if not names or any(name.startswith(wanted) for wanted in names):
            run()


if __name__ == "__main__":
    main(sys.argv[1:])
