"""How a hand-over can end when it does not succeed: three errors that say what the other side may have.

smtp.py raises them; retry.py next door decides what becomes of the delivery.
"""


class TransportError(Exception):
    """A hand-over did not end with an acceptance."""

    def __init__(self, text: str, *, code: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class Refused(TransportError):
    """The server gave an answer about this mail: 4yz asks for another try, 5yz is final."""


class NotHandedOver(TransportError):
    """The mail certainly did not leave: no connection, no login, or a cut before the end of its data."""


class Unanswered(TransportError):
    """The whole mail was sent and no answer came: it may or may not have been accepted."""
