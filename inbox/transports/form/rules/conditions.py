"""When a question is asked: if an earlier one was answered so.

The browser says the same (core/ui/frontend/form/conditions.ts).

An answer that is not asked for counts as empty, so what depends on it is decided by that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices


class Op(TextChoices):
    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    ONE_OF = "one_of", "is one of"
    FILLED = "filled", "is filled in"


@dataclass(frozen=True, slots=True)
class Condition:
    """`key` is an earlier question's.

    Of several choices, `is` and `is one of` mean that one is among them.
    """

    key: str
    op: Op
    values: tuple[str, ...] = ()

    @property
    def entry(self) -> dict[str, Any]:
        return {"key": self.key, "op": str(self.op), "values": list(self.values)}

    def holds(self, given: Sequence[str]) -> bool:
        """Whether it is met by what was `given` to the earlier question, as it was sent."""
        answers = {folded(value) for value in given} - {""}
        wanted = {folded(value) for value in self.values}
        if self.op is Op.FILLED:
            return bool(answers)
        met = bool(answers & wanted)
        return not met if self.op is Op.IS_NOT else met


def folded(value: str) -> str:
    """How answers are compared: whatever their case, and the space around them."""
    return value.strip().lower()
