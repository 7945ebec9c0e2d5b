"""The front end's sources: they know the events that the server sends, and import one another one way."""

import re
from dataclasses import fields
from enum import Enum
from graphlib import TopologicalSorter
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import pytest
from django.utils.module_loading import autodiscover_modules

from core.realtime import events
from core.realtime.events import Event
from core.realtime.whisper import is_whisper
from deploy.dev.bootstrap import ROOT

FRONTEND = ROOT / "core" / "ui" / "frontend"
EVENTS = (FRONTEND / "events.ts").read_text()
FOR_VISITORS = {"chat_message", "chat_seen"}
"""Heard by the widget on other people's sites alone (inbox/transports/chat/widget/socket.ts)."""

TYPES = {UUID: "string", str: "string", int: "number", bool: "boolean", NoneType: "null"}
INTERFACE = r"^export interface {} \{{$(.*?)^\}}$"
LINE = re.compile(r"^  (\w+): (?:\{ (.*) \}|Record<never, never>);$", re.M)
IMPORT = re.compile(r"""^(?:import|export)\b(?! type)[^;"]*"(\.[^"]+)";""", re.M)

Shape = dict[str, str]


def interface(name: str) -> str:
    (body,) = re.findall(INTERFACE.format(name), EVENTS, re.M | re.S)
    return str(body)


def heard() -> dict[str, Shape]:
    """What events.ts says of each event: its fields and their types."""
    body = interface("Events")
    found = LINE.findall(body)
    assert len(found) == body.strip().count("\n") + 1  # each line is understood
    return {name: dict(field.split(": ") for field in facts.split("; ") if field) for name, facts in found}


def sent() -> dict[str, type[Event]]:
    """The product's events, by name; tests have some of their own."""
    autodiscover_modules("events")
    known = events.registry.items()
    return {name: kind for name, kind in known if not kind.__module__.startswith("tests.")}


def shape(kind: type[Event]) -> Shape:
    hints = get_type_hints(kind)
    return {field.name: in_typescript(hints[field.name]) for field in fields(kind)}


def in_typescript(hint: Any) -> str:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint.__name__
    return TYPES.get(hint) or " | ".join(in_typescript(part) for part in get_args(hint))


def enums() -> dict[str, type[Enum]]:
    """Those that fields of events have."""
    hints = [hint for kind in sent().values() for hint in get_type_hints(kind).values()]
    return {hint.__name__: hint for hint in hints if isinstance(hint, type) and issubclass(hint, Enum)}


def test_browsers_know_each_event_with_its_fields() -> None:
    team = {name: kind for name, kind in sent().items() if name not in FOR_VISITORS}
    assert heard() == {name: shape(kind) for name, kind in team.items()}


def test_browsers_know_each_word_that_a_field_can_hold() -> None:
    said = re.findall(r"^export type (\w+) = (\"[^;]*);$", EVENTS, re.M)
    words = {name: re.findall(r'"(\w+)"', values) for name, values in said}
    assert words == {name: [each.value for each in enum] for name, enum in enums().items()}


def test_browsers_hear_whispers_that_there_are() -> None:
    names = re.findall(r"^  (\w+): ", interface("Whispers"), re.M)
    assert names
    assert [name for name in names if not is_whisper(name)] == []


def test_pages_name_events_that_there_are() -> None:
    """What a part of a page is made anew by (pieces/fresh.ts)."""
    pages = [
        page for app in ("core", "inbox", "tenants", "branding") for page in (ROOT / app).rglob("*.html")
    ]
    named = {
        name
        for page in pages
        for names in re.findall(r'data-fresh="([^"]*)"', page.read_text())
        for name in names.split()
    }
    assert named
    assert named - sent().keys() == set()


def sources(root: Path) -> list[Path]:
    return sorted(root.rglob("*.ts"))


def imported(source: Path) -> set[Path]:
    """What of ours it needs when it runs; a type is gone by then."""
    named = [(source.parent / name).resolve() for name in IMPORT.findall(source.read_text())]
    return {path.with_name(f"{path.name}.ts") for path in named if path.suffix != ".css"}


@pytest.mark.parametrize("root", [FRONTEND, ROOT / "inbox" / "transports" / "chat" / "widget"])
def test_imports_go_one_way(root: Path) -> None:
    """The error names the circle."""
    graph = {source: imported(source) for source in sources(root)}
    assert all(path.exists() for paths in graph.values() for path in paths)
    assert sum(map(len, graph.values())) > len(graph) / 2
    TopologicalSorter(graph).prepare()
