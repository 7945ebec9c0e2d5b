"""What a bench is, and the list of all; printing and keeping the figures is next door in report.py."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import tests.bench
from tests.bench.installation import Installation


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number beside its floor; `n` is how many samples it comes from."""

    metric: str
    value: float
    unit: str
    floor: float | None = None
    n: int = 1

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure: the full sizes, or a quick look that is never quoted."""

    full: bool

    def pick(self, full: int, small: int) -> int:
        return full if self.full else small


class Measure(Protocol):
    """A bench: yields its figures one by one."""

    def __call__(self, place: Installation, *, size: Size) -> Iterator[Figure]: ...


registry: dict[str, Measure] = {}


def bench(name: str) -> Callable[[Measure], Measure]:
    """Register a bench under the name `make bench BENCH=` takes."""

    def register(measure: Measure) -> Measure:
        registry[name] = measure
        return measure

    return register


def load_all() -> dict[str, Measure]:
    """Import every module of tests/bench, so that each registers itself; by name."""
    for module in pkgutil.iter_modules(tests.bench.__path__, "tests.bench."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return dict(sorted(registry.items()))
