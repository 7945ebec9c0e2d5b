"""What holds for every template: it compiles, and the content security policy has nothing to refuse in it."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template

from core.ui.templatetags.ui import icons

ROOT = Path(settings.BASE_DIR)
APPS = {"tenants", "core", "inbox", "branding", "deploy"}
FORBIDDEN = {
    "inline style": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style[\s>]", re.I),
    "script without a file": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I),
    "handler attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "htmx code": re.compile(r"\b(hx-on|hx-vals=['\"]js:)", re.I),
    "script address": re.compile(r"(href|src|action)=[\"']?javascript:", re.I),
}


ICON = re.compile(
    r"""\{%\s*(?:icon|empty_state)\s+"([\w-]+)"|\{%\s*badge\s+\S+\s+"\w+"\s+"([\w-]+)"|(?<![\w-])icon="([\w-]+)\""""
)
"""Where templates and the rail's registry name an icon."""


def template_files() -> list[tuple[str, Path]]:
    folders = [Path(config.path) / "templates" for config in apps.get_app_configs()]
    ours = [
        folder
        for folder in folders
        if folder.is_dir() and folder.is_relative_to(ROOT) and ".venv" not in folder.parts
    ]
    return sorted((str(path.relative_to(folder)), path) for folder in ours for path in folder.rglob("*.html"))


def page_templates() -> list[tuple[str, Path]]:
    """Mails are read by mail programs, which know no stylesheets: they have a style of their own."""
    return [
        (name, path)
        for name, path in template_files()
        if "/email/" not in name and not name.startswith("mail/")
    ]


@pytest.mark.parametrize("name", [name for name, _ in template_files()])
def test_it_compiles(name: str) -> None:
    assert get_template(name)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_for_the_policy_to_refuse(what: str) -> None:
    found = [
        (name, match.group(0))
        for name, path in page_templates()
        for match in FORBIDDEN[what].finditer(re.sub(r"\{[#%].*?[#%]\}", "", path.read_text()))
    ]
    assert found == []


def test_the_icons_are_those_in_use() -> None:
    code = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] in APPS]
    texts = [path.read_text() for path in [*code, *(path for _, path in template_files())]]
    used = {name for text in texts for found in ICON.findall(text) for name in found if name}
    assert (used - set(icons()), set(icons()) - used) == (set(), set())


def test_the_walk_sees_the_pages_it_is_about() -> None:
    names = {name for name, _ in page_templates()}
    assert {"ui/frame.html", "ui/errors/404.html", "account/login.html", "conversations/inbox.html"} <= names
