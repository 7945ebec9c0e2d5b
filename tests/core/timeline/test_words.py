"""Each act that anything records has words, with what it was done to; and how those are put together."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

from core.timeline.models import AuditEntry
from core.timeline.visits import BYPRODUCTS, PAGES, SEEN, WRITES, WRITTEN
from core.timeline.words import CONSOLE_KINDS, WORDS, WORKSPACE_KINDS, said
from tenants.access import PUBLIC, rule_of

ROOT = Path(__file__).parents[3]
APPS = ("tenants", "core", "inbox", "branding", "deploy")
ACT = re.compile(r"[a-z_]+\.[a-z_]+")
SPOKEN = {*WORDS, SEEN, WRITTEN}


def modules() -> dict[str, ast.Module]:
    """Those that write into the log, by path."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            text = path.read_text()
            if re.search(r"from tenants(\.audit)? import .*(audit|record)", text):
                found[str(path.relative_to(ROOT))] = ast.parse(text)
    return found


def texts(node: ast.AST) -> set[str]:
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def values_of(name: str, tree: ast.Module) -> set[str]:
    """The texts that a name holds in a module: given as an argument, assigned, or out of a loop's tuples."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == name:
            found |= texts(node.value)
        elif isinstance(node, ast.Assign):
            named = [getattr(target, "id", "") for target in node.targets]
            found |= texts(node.value) if name in named else set()
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
            found |= looped(name, node)
    return found


def looped(name: str, loop: ast.For) -> set[str]:
    names = [getattr(part, "id", "") for part in ast.walk(loop.target) if isinstance(part, ast.Name)]
    rows = loop.iter.elts if name in names and isinstance(loop.iter, ast.Tuple) else []
    return {text for row in rows if isinstance(row, ast.Tuple) for text in texts(row.elts[names.index(name)])}


def acts_of(argument: ast.expr, tree: ast.Module, *, given: set[str]) -> set[str]:
    """What a call records: as it is written, `thing.{verb}`, or a name that others give."""
    if isinstance(argument, ast.JoinedStr):
        start, hole = argument.values
        assert isinstance(hole, ast.FormattedValue)
        assert isinstance(hole.value, ast.Name)
        return {f"{next(iter(texts(start)))}{verb}" for verb in values_of(hole.value.id, tree)}
    if isinstance(argument, ast.Name):
        return {text for text in values_of(argument.id, tree) | given if ACT.fullmatch(text)}
    return texts(argument)


def recorded() -> Iterator[tuple[str, str]]:
    """Where something is recorded, and which act. An act nobody can read off the code fails the test."""
    found = modules()
    given = {text for tree in found.values() for text in values_of("act", tree)}
    for path, tree in found.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in {"record", "_record"}:
                acts = acts_of(node.args[0], tree, given=given)
                assert acts, f"{path}:{node.lineno} records nothing that can be read off it"
                yield from ((path, act) for act in sorted(acts))


def called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def test_everything_that_is_recorded_has_words() -> None:
    found = sorted(set(recorded()))
    assert len(found) > 40
    assert [(path, act) for path, act in found if act not in SPOKEN] == []


def test_nobody_has_words_for_what_is_not_done() -> None:
    assert sorted(SPOKEN - {act for _, act in recorded()}) == []


def test_each_can_be_asked_for_by_its_kind() -> None:
    assert {act.partition(".")[0] for act in WORDS} == {*WORKSPACE_KINDS, *CONSOLE_KINDS}


@pytest.mark.parametrize("action", sorted(WORDS))
def test_each_reads_without_any_detail(action: str) -> None:
    text = said(AuditEntry(action=action, label="Label", detail={}))
    assert re.findall(r"[{}]", text) == []
    assert text


ARCHIVED = "archived Acme, whose data leaves the database on 2026-12-27"
MOVED = "moved the address a.test from Acme to Bolt"
STAFF = "made s@x.test support on the staff, before admin"
ROLE = "changed the role “Sales”: it may now use inbox, add leads; no longer: manage forms"
RIGHTS = {"added": ["use_inbox", "add_leads"], "removed": ["manage_forms"], "from": ""}
RENAMED = {"added": [], "removed": [], "from": "Seller"}
TIME_UP = {"person": "Rosa <r@x.test>", "lasted": "15 min", "why": "the time was up"}


@pytest.mark.parametrize(
    ("action", "label", "detail", "text"),
    [
        ("workspace.restore", "Acme", {"from": "archived"}, "restored Acme, which was archived"),
        ("workspace.restore", "Acme", {}, "restored Acme"),
        ("workspace.archive", "Acme", {"drop_at": "2026-12-27T08:00:00+00:00"}, ARCHIVED),
        ("domain.move", "a.test", {"from": "Acme", "to": "Bolt"}, MOVED),
        ("workspace.arrive", "Acme", {"other": "Rosa's"}, "brought Acme here from Rosa's"),
        ("staff.change_role", "s@x.test", {"from": "admin", "to": "support"}, STAFF),
        ("role.change", "Sales", RIGHTS, ROLE),
        ("role.change", "Sales", RENAMED, "changed the role “Sales”, before “Seller”"),
        (
            "workspace.support_over",
            "Acme",
            TIME_UP,
            "closed the stay of Rosa <r@x.test> in Acme after 15 min: the time was up",
        ),
    ],
)
def test_details_are_said(action: str, label: str, detail: dict[str, object], text: str) -> None:
    assert said(AuditEntry(action=action, label=label, detail=detail)) == text


def test_an_unknown_act_reads_by_its_name() -> None:
    entry = AuditEntry(action="starter.make_copy", label="Basic", detail={})
    assert said(entry) == "starter make copy Basic"
    assert said(AuditEntry(action="odd", label="", detail=[1])) == "odd"


def test_words_of_a_label_are_no_template() -> None:
    entry = AuditEntry(action="form.make", label="{detail.__class__}", detail={})
    assert said(entry) == "made the form “{detail.__class__}”"


@pytest.mark.parametrize(
    ("action", "view", "status", "name", "text"),
    [
        (SEEN, "inbox:thread", 200, "Käthe Böhm", "opened the conversation with Käthe Böhm"),
        (SEEN, "inbox:thread", 404, "", "asked in vain for the conversation with somebody"),
        (SEEN, "account_change_password", 403, "", "was refused the change of a password"),
        (SEEN, "", 404, "", "asked for a page that does not exist"),
        (SEEN, "forms:public", 200, "", "opened a page that is open to everybody"),
        (WRITTEN, "inbox:reply", 302, "Käthe Böhm", "answered Käthe Böhm"),
        (WRITTEN, "inbox:reply", 422, "Käthe Böhm", "tried to answer Käthe Böhm and changed nothing"),
        (WRITTEN, "team:role", 403, "Bob", "tried to change the role of Bob and was refused"),
        (WRITTEN, "inbox:reply", 200, "{0.__class__}", "answered {0.__class__}"),
    ],
)
def test_what_support_did_is_said(action: str, view: str, status: int, name: str, text: str) -> None:
    detail = {"view": view, "status": status, "name": name, "path": "/never/", "method": "GET"}
    assert said(AuditEntry(action=action, label=name, detail=detail)) == text


def pages_of(resolver: Any, *, space: str = "") -> Iterator[str]:
    """Every named view of a workspace for people who are signed in."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from pages_of(pattern, space=f"{pattern.namespace}:" if pattern.namespace else space)
        elif rule_of(pattern.callback) not in {PUBLIC, "API key"}:
            yield f"{space}{pattern.name}"


def test_every_page_of_a_workspace_has_words() -> None:
    """One that somebody adds is not called "a page" in the log of what support people did."""
    found, spoken = set(pages_of(get_resolver("deploy.urls.workspace"))), {*PAGES, *WRITES, *BYPRODUCTS}
    assert sorted(found - spoken) == []
    assert sorted(spoken - found) == ["support:enter", "support:over"]
