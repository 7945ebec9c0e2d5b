"""Every address of every site with its view, and how its path is filled with rows of one side or the other.

Nothing is listed here: what is in the URLconfs is found. What a view reads beside its path is reads.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver

from tenants.access import rule_of
from tests.isolation.planted import Planted

SITES = ("workspace", "reseller", "platform")

MADE_UP = "0199aaaa-0000-7000-8000-000000000000"

ROWS_OF = {
    "canned": "canned.CannedReply",
    "saved": "saved.SavedView",
    "access": "tenants.SupportAccess",
    "file": "files.StoredFile",
    "form": "forms.LeadForm",
    "import": "tenants.WorkspaceImport",
    "job": "bulk.BulkJob",
    "key": "api.ApiKey",
    "role": "accounts.TeamRole",
    "stay": "accounts.SupportSession",
    "starter": "tenants.StarterTemplate",
    "step": "tenants.SetupStep",
}
"""Models whose name the parameter of an address does not say: <uuid:key_id> is an API key's."""

_CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
_NAMED_GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()\\]|\\.)*)\)")


class Unfilled(Exception):
    """An address has a part that the walker does not know how to fill."""


@dataclass(frozen=True)
class Part:
    """One variable part of an address: its converter and its name."""

    kind: str
    name: str

    @property
    def label(self) -> str:
        """The model whose row it names, by its own name; "" for what is no row's id."""
        noun = self.name.removesuffix("_id")
        if noun in ROWS_OF:
            return ROWS_OF[noun]
        found = [m._meta.label for m in apps.get_models() if noun.replace("_", "") in _names_of(m)]
        if len(found) != 1 and self.kind == "uuid":
            raise Unfilled(f"<uuid:{self.name}> names no model or several: say which in ROWS_OF")
        return found[0] if len(found) == 1 else ""


def _names_of(model: type[models.Model]) -> set[str]:
    return {str(model._meta.model_name)}


@dataclass(frozen=True)
class Route:
    """One address of one kind of site."""

    site: str
    template: str
    view: Any = field(compare=False, hash=False)

    @property
    def parts(self) -> list[Part]:
        return [Part(kind or "str", name) for kind, name in _CONVERTER.findall(self.template)]

    @property
    def rule(self) -> str:
        return rule_of(self.view) or ""

    def __str__(self) -> str:
        return f"{self.site} /{self.template}"

    def path(self, values: list[str]) -> str:
        """The address with `values` in its parts, in their order."""
        left = iter(values)
        return "/" + _CONVERTER.sub(lambda _: next(left), self.template)

    def own(self, planted: Planted) -> list[str]:
        """What fills the parts so that they name rows of this side; raises Unfilled."""
        return [_own(part, planted) for part in self.parts]


_WORDS = {"field": "name"}
"""What fills a part that names no row but one of a few words."""


def _own(part: Part, planted: Planted) -> str:
    label = part.label if part.kind == "uuid" else ""
    if label:
        return planted.id_of(label) if label in planted.rows else MADE_UP
    if part.kind == "slug" and part.name in _WORDS:
        return _WORDS[part.name]
    if part.kind == "slug":
        return str(getattr(planted.rows["forms.LeadForm"][0], "slug", "x")) if planted.rows else "x"
    if part.kind in {"str", "path"}:
        return "x"
    if part.kind in {"int", "hex16", "hex32"}:
        return {"int": "1", "hex16": "0" * 16, "hex32": "0" * 32}[part.kind]
    raise Unfilled(f"<{part.kind}:{part.name}>: say in tests/isolation/routes.py how it is filled")


def routes(*sites: str) -> list[Route]:
    """Every address of these kinds of site."""
    return [
        Route(site, template, view)
        for site in sites
        for template, view in walk(import_module(f"deploy.urls.{site}").urlpatterns)
    ]


def walk(patterns: list[URLPattern | URLResolver], *, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each address as a template of path(), also where it is a regular expression; with its view."""
    for pattern in patterns:
        template = f"{prefix}{plain(str(pattern.pattern))}"
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, prefix=template)
        else:
            yield template, pattern.callback


def plain(pattern: str) -> str:
    """`^(?P<digest>[0-9a-f]{16})\\.css$` as `<hex16:digest>.css`."""
    hexes = {"[0-9a-f]{16}": "hex16", "[0-9a-f]{32}": "hex32"}
    shown = _NAMED_GROUP.sub(lambda found: f"<{hexes.get(found[2], 'pattern')}:{found[1]}>", pattern)
    return shown.removeprefix("^").removesuffix("$").replace("\\", "")
