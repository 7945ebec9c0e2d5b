"""The door to the log of who did what, which stands in `public` and in each workspace.

Whoever acts calls `record` in the place and transaction of the act; the log itself is core/timeline, which
registers behind this door because the ground must not know what stands above.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tenants.context import current


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One line: `action` is `thing.verb` such as `workspace.suspend`, `target` an id, `label` its name then.

    `actor` names who acted where no request says so, such as a command or a task.
    """

    action: str
    target: str = ""
    label: str = ""
    actor: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


Recorder = Callable[[Act], None]

_recorders: list[Recorder] = []


def register_recorder(recorder: Recorder) -> None:
    """Put the log behind the door; the last one registered counts."""
    _recorders[:] = [recorder]


def record(
    action: str,
    *,
    target: object = "",
    label: str = "",
    actor: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one line in the current place, in the current transaction. Raises NoContext."""
    current()
    act = Act(action=action, target=str(target), label=label, actor=actor, detail=detail or {})
    for recorder in _recorders:
        recorder(act)
