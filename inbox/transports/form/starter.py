"""The web forms of a starter template: a list of their words and fields; applied as rows of LeadForm.

A workspace whose template has none gets the plain one (domain/forms.py).
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules.checking import problems
from inbox.transports.form.rules.kinds import KINDS
from inbox.transports.form.rules.questions import read_questions
from tenants.models import Workspace
from tenants.starters import StarterPart
from tenants.text import is_storable

WORDS = ("title", "intro", "button", "thanks")
"""The texts of a form."""
KEYS = {"slug", "fields", *WORDS}
LIMITS = {
    field.name: field.max_length or 0 for field in LeadForm._meta.fields if field.name in {"slug", *WORDS}
}
"""Characters."""
MOST = 20


def check(content: Any) -> None:
    """Raises ValidationError."""
    if not isinstance(content, list) or len(content) > MOST:
        raise ValidationError(f"Forms are a list of at most {MOST}.")
    for entry in content:
        _check_form(entry)
    if len({entry["slug"] for entry in content}) < len(content):
        raise ValidationError("Two forms have the same address.")


def _check_form(entry: Any) -> None:
    if not isinstance(entry, dict) or set(entry) - {"confirms"} != KEYS:
        raise ValidationError("A form is its address, its words and its fields.")
    for key, limit in LIMITS.items():
        if not isinstance(entry[key], str) or len(entry[key]) > limit or not is_storable(entry[key]):
            raise ValidationError(f"The {key} of a form is a text of at most {limit} characters.")
    if not entry["title"].strip() or not entry["button"].strip():
        raise ValidationError("A form needs a title and words on its button.")
    validate_slug(entry["slug"])
    if not isinstance(entry.get("confirms", False), bool):
        raise ValidationError("Whether people confirm their address is true or false.")
    _check_fields(entry["fields"], title=entry["title"], confirms=entry.get("confirms", False))


def _check_fields(fields: Any, *, title: str, confirms: bool) -> None:
    if not isinstance(fields, list) or not all(_is_field(field) for field in fields):
        raise ValidationError(f"The fields of “{title}” are a list of keys, each required or not.")
    names = [field.get("kind", field["key"]) for field in fields]
    if unknown := next((name for name in names if name not in KINDS), ""):
        raise ValidationError(f"“{title}” asks for “{unknown}”, a kind of field that does not exist.")
    for problem in problems(read_questions(fields), confirms=confirms):
        raise ValidationError(f"“{title}”: {problem.words}")


def _is_field(field: Any) -> bool:
    """An entry of the first shape, or exactly what a question of today's makes of it."""
    if not isinstance(field, dict) or not isinstance(field.get("key"), str):
        return False
    if set(field) == {"key", "required"}:
        return isinstance(field["required"], bool)
    if not isinstance(field.get("kind"), str):
        return False
    return field["kind"] not in KINDS or [one.entry for one in read_questions([field])] == [field]


def apply(workspace: Workspace, content: Any) -> None:
    """Make the forms that are not there yet."""
    check(content)
    for entry in content:
        values = {key: value for key, value in entry.items() if key != "slug"}
        LeadForm.objects.get_or_create(slug=entry["slug"], defaults=values)


def capture(workspace: Workspace) -> Any:
    """The forms that take answers, as they are here, without what is not known, such as a kind since gone."""
    forms = LeadForm.objects.filter(is_active=True)
    return [_content(form) for form in forms.order_by("created_at", "id")[:MOST]]


def _content(form: LeadForm) -> dict[str, Any]:
    stored = form.fields if isinstance(form.fields, list) else []
    fields = [entry for entry in stored if read_questions([entry])]
    words = {key: getattr(form, key) for key in WORDS} | ({"confirms": True} if form.confirms else {})
    return {"slug": form.slug, "fields": fields, **words}


def describe(content: Any) -> str:
    forms = [f"“{entry['title']}” ({', '.join(_labels(entry))})" for entry in content]
    return f"{len(forms)} web form{'' if len(forms) == 1 else 's'}: {'; '.join(forms)}"


def _labels(entry: dict[str, Any]) -> list[str]:
    return [question.label.lower() for question in read_questions(entry["fields"])]


FORMS = StarterPart(
    key="forms", label="Web forms", check=check, apply=apply, capture=capture, describe=describe, order=20
)
