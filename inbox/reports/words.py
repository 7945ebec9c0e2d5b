"""Durations and changes, as people read them."""


def duration(seconds: int | None) -> str:
    """In at most two units: "45 s", "12 m", "3 h 20 m", "2 d 4 h"; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds} s"
    for unit, small, size, step in (("m", "", 60, 1), ("h", "m", 3_600, 60), ("d", "h", 86_400, 3_600)):
        if seconds < size * (60 if unit == "m" else 24 if unit == "h" else 1_000_000):
            rest = seconds % size // step if small else 0
            return f"{seconds // size} {unit}" + (f" {rest} {small}" if rest else "")
    return "–"


def change(now: int, *, before: int) -> str:
    """How a count has changed against the span before."""
    if not before:
        return "nothing before" if now else ""
    percent = round((now - before) / before * 100)
    if not percent:
        return "as before"
    return f"{percent:+d} % on {before:,} before".replace("-", "−")
