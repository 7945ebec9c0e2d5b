"""Figures as a table for people and as JSON lines for machines, also kept in .marque/bench.jsonl.

What is measured is in the benches; a line of JSON is the same for all, so that machines and days compare.
"""

import json
import sys
from pathlib import Path

from tests.bench.registry import Figure

KEPT = Path(__file__).resolve().parents[2] / ".marque" / "bench.jsonl"
COLUMNS = "{:<26}{:>12}  {:<14}{:>12}{:>9}{:>9}\n"


def line_of(bench: str, figure: Figure) -> str:
    """`{"name": "push.p50", "value": 1.2, "unit": "ms", "floor": 0.8, "ratio": 1.5, "n": 200}`"""
    ratio = figure.ratio
    return json.dumps(
        {
            "name": f"{bench}.{figure.metric}",
            "value": _rounded(figure.value),
            "unit": figure.unit,
            "floor": _rounded(figure.floor) if figure.floor is not None else None,
            "ratio": round(ratio, 2) if ratio is not None else None,
            "n": figure.n,
        },
        ensure_ascii=False,
    )


def print_table(bench: str, figures: list[Figure], *, note: str = "") -> None:
    """The figures of one bench for people."""
    sys.stdout.write(f"\n{bench}{note}\n")
    sys.stdout.write(COLUMNS.format("", "value", "unit", "floor", "ratio", "n"))
    for figure in figures:
        floor = "" if figure.floor is None else f"{_rounded(figure.floor):g}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}×"
        value = f"{_rounded(figure.value):g}"
        sys.stdout.write(COLUMNS.format(f"  {figure.metric}", value, figure.unit, floor, ratio, figure.n))


def print_lines(bench: str, figures: list[Figure], *, keep: bool) -> None:
    """One JSON line per figure; only those of the full size are kept."""
    lines = [line_of(bench, figure) for figure in figures]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    if keep:
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        with KEPT.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def _rounded(value: float) -> float:
    """Three digits that mean something."""
    return float(f"{value:.4g}")
