"""Timing and one line a figure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """Latencies of a run, milliseconds."""

    p50: float
    p95: float
    highest: float


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def time_each(call: Callable[[Any], object], arguments: Iterable[Any]) -> Timing:
    """Time one call for each argument."""
    spent = []
    for argument in arguments:
        started = time.perf_counter()
        call(argument)
        spent.append((time.perf_counter() - started) * 1000)
    return Timing(percentile(spent, 0.5), percentile(spent, 0.95), max(spent))


def report(name: str, value: float, unit: str, note: str = "") -> None:
    """Print one figure."""
    print(f"{name:<64} {value:>10.2f} {unit:<10} {note}".rstrip(), flush=True)
