"""What a view reads of a request, from its source: parameters, headers, form classes, parts of pages, bodies.

It follows names from a view into the functions of the product that it calls. Two sets come of it: what this
view reads, tried one by one, and what any view reads, tried all at once.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("tenants", "core", "inbox", "pipeline", "billing", "branding", "deploy")
FOLLOWED = (*PRODUCT, "tests.isolation")
DEPTH = 5

_DATA = {"GET", "POST", "FILES", "data"}
_READS = {"get", "getlist", "pop"}


@dataclass
class Reads:
    """Names by where they are read; `parts` are ids that htmx may ask for."""

    params: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    cookies: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    forms: set[Any] = field(default_factory=set)
    schemas: set[Any] = field(default_factory=set)

    def add(self, other: "Reads") -> None:
        for name, found in vars(self).items():
            found.update(getattr(other, name))

    @property
    def fields(self) -> set[str]:
        return {name for form in self.forms for name in form.base_fields}

    @property
    def names(self) -> set[str]:
        """Every name that may stand in a query, a form or a JSON body."""
        return self.params | self.fields | {name for one in self.schemas for name in one.model_fields}


@cache
def view_reads(view: Any) -> Reads:
    """What this view reads, itself and through what it calls; the same object whenever it is asked for."""
    found = Reads()
    for function in _functions_of(view):
        for _ in _follow(function, found, DEPTH, set()):
            pass
    return found


def _functions_of(view: Any) -> Iterator[Any]:
    """The functions behind a guarded view, a class-based one, an operation of the API."""
    inner = inspect.unwrap(view)
    yield inner
    kind = getattr(view, "view_class", None) or getattr(inner, "view_class", None)
    if kind is not None:
        yield kind
    for cell in getattr(inner, "__closure__", None) or ():
        held = cell.cell_contents
        if callable(held):
            yield from _functions_of(held)
        for operation in getattr(held, "operations", ()):  # of the API's
            yield operation.view_func


def _follow(thing: Any, found: Reads, depth: int, seen: set[int]) -> Iterator[None]:
    if id(thing) in seen or depth < 0:
        return
    seen.add(id(thing))
    if isinstance(thing, type):
        yield from _follow_class(thing, found, depth, seen)
    elif isinstance(thing, FunctionType):
        tree = _tree(thing)
        found.add(read_in(tree))
        for other in _named(tree, sys.modules[thing.__module__]):
            yield from _follow(inspect.unwrap(other) if callable(other) else other, found, depth - 1, seen)
    yield


def _follow_class(kind: Any, found: Reads, depth: int, seen: set[int]) -> Iterator[None]:
    if issubclass(kind, forms.BaseForm):
        found.forms.add(kind)
    elif hasattr(kind, "model_fields"):
        found.schemas.add(kind)
    elif getattr(kind, "form_class", None):
        found.forms |= {kind.form_class, *_swapped(kind.form_class)}
    for method in vars(kind).values():
        if isinstance(method, FunctionType) and kind.__module__.startswith(FOLLOWED):
            yield from _follow(method, found, depth - 1, seen)


def _swapped(form: Any) -> set[Any]:
    """What the settings put in the place of one of allauth's forms."""
    ours = [import_string(path) for path in settings.ACCOUNT_FORMS.values()]
    return {kind for kind in ours if issubclass(kind, form)}


@lru_cache(maxsize=2000)
def _tree(function: FunctionType) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # made at run time, such as a lambda within a call
        return ast.Module(body=[], type_ignores=[])


def _named(tree: ast.AST, module: ModuleType) -> Iterator[Any]:
    """The product's functions and classes that are named in a piece of source."""
    for node in ast.walk(tree):
        value: Any = None
        if isinstance(node, ast.Name):
            value = getattr(module, node.id, None)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            value = getattr(getattr(module, node.value.id, None), node.attr, None)
        if isinstance(value, FunctionType | type) and value.__module__.startswith(FOLLOWED):
            yield value


def read_in(tree: ast.AST) -> Reads:
    """The names that a piece of source reads of requests, by the shapes in which that is written."""
    found = Reads()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _read_call(node, found)
        elif isinstance(node, ast.Subscript):
            _note(node.value, node.slice, found)
        elif isinstance(node, ast.Compare) and len(node.comparators) == 1:
            _note(node.comparators[0], node.left, found)
    return found


def _read_call(node: ast.Call, found: Reads) -> None:
    if isinstance(node.func, ast.Attribute) and node.func.attr in _READS and node.args:
        _note(node.func.value, node.args[0], found)
    if isinstance(node.func, ast.Name) and node.func.id == "wants_partial" and len(node.args) > 1:
        found.parts |= set(_texts(node.args[1]))


def _note(source: ast.expr, name: ast.expr, found: Reads) -> None:
    where = source.attr if isinstance(source, ast.Attribute) else getattr(source, "id", "")
    for text in _texts(name):
        if where in _DATA:
            found.params.add(text)
        elif where == "headers":
            found.headers.add(text)
        elif where == "COOKIES":
            found.cookies.add(text)
        elif where == "META" and text.startswith("HTTP_"):
            found.headers.add(text.removeprefix("HTTP_").replace("_", "-").title())


def _texts(node: ast.expr) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


@cache
def everything() -> Reads:
    """What any code of the product reads, with every form class and API schema that is loaded."""
    found = Reads()
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "dev" not in path.parts:
                found.add(read_in(ast.parse(path.read_text(encoding="utf-8"))))
    for module in [m for name, m in sys.modules.items() if name.startswith(PRODUCT)]:
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__.startswith(PRODUCT):
                found.forms |= {value} if issubclass(value, forms.BaseForm) else set()
                found.schemas |= {value} if hasattr(value, "model_fields") else set()
    return found
