"""A migration as the fleet knows it: its statements, how they may run, and what moves data afterwards.

Where steps come from is render.py next door, what is done with them replay.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from tenants.context import platform
from tenants.models import FleetStep
from tenants.schema.owner import as_owner

Key = tuple[str, str]
"""A migration's app and name, as django_migrations records it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One migration as SQL; `background` names the tasks that move data once a workspace has it."""

    app: str
    name: str
    statements: tuple[str, ...] = ()
    atomic: bool = True
    background: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.app, self.name

    def __str__(self) -> str:
        return f"{self.app}.{self.name}"


def known_steps() -> list[Step]:
    """Every step that was ever rendered here, in the order in which the template took them."""
    with platform():
        return [
            Step(row.app, row.name, tuple(row.statements), row.atomic, tuple(row.background))
            for row in FleetStep.objects.order_by("position")
        ]


def store(steps: Iterable[Step]) -> None:
    """Keep steps behind those that are known; a known one is replaced. Needs the owner's login."""
    with as_owner(), platform():
        last = FleetStep.objects.aggregate(last=Max("position"))["last"] or 0
        rows = [
            FleetStep(
                app=step.app,
                name=step.name,
                position=position,
                statements=list(step.statements),
                atomic=step.atomic,
                background=list(step.background),
            )
            for position, step in enumerate(steps, last + 1)
        ]
        FleetStep.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["app", "name"],
            update_fields=["position", "statements", "atomic", "background", "rendered_at"],
        )
