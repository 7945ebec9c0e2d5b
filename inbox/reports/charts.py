"""A bar chart as figures for an SVG: attributes only, which the policy allows, and a zero baseline."""

from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, GAP = 720, 140, 0.25


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands in a WIDTH × HEIGHT box, and what it says."""

    x: str
    y: str
    width: str
    height: str
    day: date
    count: int


def bars(days: list[tuple[date, int]]) -> dict[str, object]:
    """The bars of some days, and the scale: the highest count and the ends of the span."""
    most = max((count for _, count in days), default=0)
    slot = WIDTH / max(1, len(days))
    made = [
        Bar(
            x=f"{number * slot + slot * GAP / 2:.2f}",
            y=f"{HEIGHT - _height(count, most=most):.2f}",
            width=f"{slot * (1 - GAP):.2f}",
            height=f"{_height(count, most=most):.2f}",
            day=day,
            count=count,
        )
        for number, (day, count) in enumerate(days)
    ]
    return {"bars": made, "most": most, "width": WIDTH, "height": HEIGHT}


def _height(count: int, *, most: int) -> float:
    return count / most * HEIGHT if most else 0.0
