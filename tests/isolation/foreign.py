"""What can be said of the other side, and which of it a parameter of some name most likely takes.

How it is sent is attempts.py.
"""

from tests.isolation.planted import MARK, Planted

UUID_LENGTH = 36


class Foreign:
    """What can be said of the other side: ids by model, other unique texts, the beginning of every word."""

    def __init__(self, sides: list[Planted]) -> None:
        self.ids: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        for side in sides:
            for label, id in side.kinds.items():
                self.ids.setdefault(label if label not in self.ids else f"{label} in public", id)
            self.texts |= {text: text for text in side.slugs}

    @property
    def uuids(self) -> dict[str, str]:
        """The ids that an address with a UUID in it takes at all."""
        return {label: id for label, id in self.ids.items() if len(id) == UUID_LENGTH}

    def mixed(self, names: list[str], *, turn: int) -> dict[str, str]:
        """A foreign id for every name, of another kind for each, and of others still in another turn."""
        ids = list(self.ids.values())
        return {name: ids[(number + turn * 7) % len(ids)] for number, name in enumerate(names)}

    def each(self, names: list[str], *, turn: int) -> dict[str, str]:
        """The same of UUIDs alone; in as many turns as there are kinds, each name has had each of them."""
        ids = list(self.uuids.values())
        return {name: ids[(number + turn) % len(ids)] for number, name in enumerate(names)}

    def unfitting(self, name: str) -> dict[str, str]:
        """An id of another kind than a parameter of this name most likely means."""
        fitting = self.fitting(name)
        label, id = next((label, id) for label, id in self.uuids.items() if id != fitting)
        return {label: id}

    def fitting(self, name: str) -> str:
        """The id that a parameter of this name most likely means."""
        for noun in _nouns(name):
            for label, id in self.ids.items():
                if noun in label.partition(" ")[0].rpartition(".")[2].lower():
                    return id
        return next(iter(self.ids.values()))

    def probes(self, name: str) -> dict[str, str]:
        """Values worth a try of their own: an id that fits, what else finds a row."""
        found = {"an id that fits": self.fitting(name)}
        if "mail" in name or name == "login":
            found["an address"] = next((text for text in self.texts if "@" in text), MARK)
        if "host" in name or "slug" in name or name == "address":
            found["a name"] = next((text for text in self.texts if "@" not in text), MARK)
        return found


def _nouns(name: str) -> list[str]:
    """What a name may be about: `contact_id` and `X-Contact-Id` about a contact, `to_user` about a user."""
    words = [word for word in name.lower().replace("-", "_").split("_") if len(word) > 2]
    return ["".join(words), *reversed(words)] if words else []
