"""The three kinds of clients the demo knows, each with its words and its way of being written to."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy.demo.words.script import Script, read

WORDS = Path(__file__).with_name("words")


def text_of(name: str) -> str:
    return (WORDS / f"{name}.txt").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What some write about, told by words of their subjects, and how the team sorts it (desk.py)."""

    words: tuple[str, ...]
    label: str
    hue: int
    team: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class Business:
    """`private` is the share of contacts without a company, who are then called as `alone` says."""

    key: str
    private: float
    alone: str
    form: str
    intro: str
    api_client: str
    matters: tuple[Matter, ...]

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        return tuple(script for name in (self.key, "common") for script in read(text_of(name)))

    @cached_property
    def by_length(self) -> dict[int, tuple[Script, ...]]:
        """The scripts by their number of messages; there is one of every length up to the longest."""
        lengths = {len(script) for script in self.scripts}
        return {n: tuple(script for script in self.scripts if len(script) == n) for n in sorted(lengths)}

    @cached_property
    def longest(self) -> int:
        return max(self.by_length)


STUDIO = Business(
    key="studio",
    private=0.12,
    alone="Studio {last}",
    form="Tell us about your project",
    intro="A few words are enough. We answer within a day, usually with a question.",
    api_client="Trade fair app",
    matters=(
        Matter(
            words=("logo", "proposal", "website for", "stand"), label="New project", hue=240, team="Sales"
        ),
        Matter(words=("fonts", "accessibility", "newsletter"), label="Website", hue=180, team="Production"),
        Matter(words=("colours", "cards", "photo"), label="Print", hue=300, team="Production"),
        Matter(words=("invoice",), label="Invoice", hue=60, team="Sales"),
        Matter(words=("expired",), label="Emergency", hue=30, team="Production", is_urgent=True),
    ),
)
EVENTS = Business(
    key="events",
    private=0.45,
    alone="the {last} family",
    form="Plan something with us",
    intro="How many people, roughly when, and what for? The rest we find out together.",
    api_client="Venue portal",
    matters=(
        Matter(words=("party", "offsite", "wedding", "launch"), label="New event", hue=270, team="Sales"),
        Matter(words=("quote", "contract"), label="Offer", hue=120, team="Sales"),
        Matter(words=("caterer", "menu", "parking", "tent", "music"), label="On site", hue=60, team="Crew"),
        Matter(words=("conference", "meeting"), label="Conference", hue=210, team="Crew"),
    ),
)
DENTAL = Business(
    key="dental",
    private=0.94,
    alone="the {last} family",
    form="Ask for an appointment",
    intro="Tell us what it is about and when you have time. In pain? Then please call.",
    api_client="Booking page",
    matters=(
        Matter(
            words=("appointment", "termin", "rendez-vous", "check-up"),
            label="Appointment",
            hue=180,
            team="Front desk",
        ),
        Matter(words=("implant", "dentures", "plan", "braces"), label="Treatment", hue=240, team="Treatment"),
        Matter(words=("invoice", "instalments"), label="Billing", hue=60, team="Front desk"),
        Matter(words=("toothache", "broken"), label="Pain", hue=30, team="Treatment", is_urgent=True),
    ),
)
