"""Views with holes of every kind, mounted by test_walker.py alone: the walker must find each of them.

Each does what somebody could write in a hurry; none of it is in the product.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from core.accounts.access import member
from core.accounts.models import User
from core.contacts.models import Company, Contact
from tenants.access import public
from tenants.context import Place, platform, workspace
from tenants.models import Domain, Workspace

there: list[Place] = []
"""The other workspace's, said by the test: to find out is no fault of these views."""


@contextmanager
def elsewhere() -> Iterator[None]:
    """The other workspace, as a bug that got past every wall would have it."""
    with workspace(there[-1]):
        yield


def _contact(text: str) -> Contact | None:
    try:
        id = UUID(text)
    except ValueError:
        return None
    with elsewhere():
        return Contact.objects.filter(id=id).first()


def _show(found: Contact | None) -> HttpResponse:
    return HttpResponse(found.name if found else "nobody")


@member
def by_path(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    return _show(_contact(str(contact_id)))


@member
def exists(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    return HttpResponse("yes" if _contact(str(contact_id)) else "no")


@member
def by_query(request: HttpRequest) -> HttpResponse:
    return _show(_contact(request.GET.get("contact", "")))


@csrf_exempt
@member
def by_form(request: HttpRequest) -> HttpResponse:
    return _show(_contact(request.POST.get("contact", "")))


@csrf_exempt
@member
def by_json(request: HttpRequest) -> HttpResponse:
    try:
        data: Any = json.loads(request.body or b"{}")
    except ValueError:
        data = {}
    return _show(_contact(str(data.get("contact", ""))))


@member
def by_header(request: HttpRequest) -> HttpResponse:
    return _show(_contact(request.headers.get("X-Contact", "")))


@member
def by_forwarded_host(request: HttpRequest) -> HttpResponse:
    host = request.headers.get("X-Forwarded-Host", "")
    with platform():
        row = Domain.objects.select_related("workspace").filter(host=host).first()
    return HttpResponse(row.workspace.name if row and row.workspace else "here")


@member
def search(request: HttpRequest) -> HttpResponse:
    with elsewhere():
        return HttpResponse(list(Contact.objects.filter(name__startswith=request.GET.get("q", "-"))))


@member
def everybody(request: HttpRequest) -> HttpResponse:
    with elsewhere():
        return HttpResponse(list(User.objects.values_list("email", flat=True)))


@member
def after_another(request: HttpRequest) -> HttpResponse:
    """Whose name it shows is read only where nothing is wrong with what is read before."""
    if not request.GET.get("page", "1").isdigit():
        return HttpResponse(status=400)
    return _show(_contact(request.GET.get("contact", "")))


@member
def by_any_name(request: HttpRequest) -> HttpResponse:
    """A company, by a parameter that says nothing of one, and only where no other is sent."""
    try:
        id = UUID(request.GET.get("x", ""))
    except ValueError:
        return HttpResponse(status=400)
    with elsewhere():
        found = Company.objects.filter(id=id).first() if len(request.GET) == 1 else None
        return HttpResponse(found.name if found else "nobody")


@member
def out_of_a_list(request: HttpRequest) -> HttpResponse:
    """Rows that were read anyway, and a parameter that picks one of them: no query has the id."""
    with elsewhere():
        known = {str(one.id): one.name for one in Company.objects.all()}
    return HttpResponse(f"{known.get(request.GET.get('x', ''))}{request.GET.get('page', '')}")


@member
def in_a_header(request: HttpRequest) -> HttpResponse:
    found = _contact(request.GET.get("contact", ""))
    return HttpResponse("fine", headers={"X-Who": found.name if found else ""})


@member
def in_a_cookie(request: HttpRequest) -> HttpResponse:
    found, response = _contact(request.GET.get("contact", "")), HttpResponse("fine")
    response.set_cookie("last", found.name if found else "")
    return response


@member
def in_a_redirect(request: HttpRequest) -> HttpResponse:
    found = _contact(request.GET.get("contact", ""))
    return redirect(f"/?who={found.name}" if found else "/")


@member
def an_id(request: HttpRequest) -> HttpResponse:
    """No word of theirs, only the id of the company behind the contact."""
    found = _contact(request.GET.get("contact", ""))
    return HttpResponse(found.company_id.hex if found and found.company_id else "none")


@member
def reads(request: HttpRequest) -> HttpResponse:
    """Nothing of it is shown."""
    _contact(request.GET.get("contact", ""))
    return HttpResponse("fine")


@csrf_exempt
@member
def writes(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    with elsewhere():
        Contact.objects.filter(id=contact_id).update(title="taken over")
    return HttpResponse(status=404)


@member
def writes_by_get(request: HttpRequest) -> HttpResponse:
    with platform():
        if (id := request.GET.get("workspace", "")) and len(id) == 36:
            Workspace.objects.filter(id=UUID(id)).update(owner_name="taken over")
    return HttpResponse("fine")


@member
def crashes(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(UUID(request.GET["contact"])))


@public
def unscoped(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    """A console that forgot whose workspace it may show."""
    return HttpResponse(Workspace.objects.get(id=workspace_id).name)


HOLES: dict[str, tuple[str, set[str]]] = {
    "by_path": ("<uuid:contact_id>/", {"leak", "not refused", "read"}),
    "exists": ("<uuid:contact_id>/", {"not refused", "read"}),
    "by_query": ("", {"leak", "read"}),
    "by_form": ("", {"leak", "read"}),
    "by_json": ("", {"leak", "read"}),
    "by_header": ("", {"leak", "read"}),
    "by_forwarded_host": ("", {"leak", "read"}),
    "search": ("", {"leak", "read"}),
    "everybody": ("", {"leak", "read"}),
    "after_another": ("", {"leak", "read"}),
    "by_any_name": ("", {"leak", "read"}),
    "out_of_a_list": ("", {"leak", "read"}),
    "in_a_header": ("", {"leak", "read"}),
    "in_a_cookie": ("", {"leak", "read"}),
    "in_a_redirect": ("", {"leak", "read"}),
    "an_id": ("", {"leak", "read"}),
    "reads": ("", {"read"}),
    "writes": ("<uuid:contact_id>/", {"changed"}),
    "writes_by_get": ("", {"changed"}),
    "crashes": ("", {"crash"}),
}
"""Each hole with the rest of its address and what the walker must call it."""

holes = [path(f"hole/{name}/{rest}", globals()[name], name=name) for name, (rest, _) in HOLES.items()]
console_hole = path("hole/unscoped/<uuid:workspace_id>/", unscoped)


def with_holes(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    return [*holes, console_hole, *patterns]
