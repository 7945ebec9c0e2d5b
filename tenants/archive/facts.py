"""The ground's own part of an archive: whose workspace it is and where it was found.

Who asks for the part is parts.py's registry; tenants/apps.py puts it in.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from django.core.exceptions import ValidationError as Unfit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tenants.archive.manifest import BadArchive
from tenants.archive.parts import ArchivePart
from tenants.fields import check_mail_address
from tenants.models import Domain, Workspace
from tenants.text import check_person_name

NAME = "workspace.json"


_Host = Annotated[str, Field(max_length=253, pattern=r"^[^\x00]*$")]


class Facts(BaseModel):
    """What stood on the platform. An import takes name and owner; hosts are chosen anew there."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=120)]
    owner_email: Annotated[str, Field(max_length=254)]
    owner_name: Annotated[str, Field(max_length=120)]
    hosts: Annotated[
        list[Annotated[str, Field(max_length=253, pattern=r"^[^\x00]*$")]], Field(max_length=200)
    ]


def dump(workspace: Workspace) -> Iterator[tuple[str, bytes]]:
    rows = Domain.objects.filter(workspace=workspace).order_by("-is_primary", "host")
    facts = Facts(
        name=workspace.name,
        owner_email=workspace.owner_email,
        owner_name=workspace.owner_name,
        hosts=list(rows.values_list("host", flat=True)),
    )
    yield NAME, facts.model_dump_json(indent=1).encode()


def read(files: Mapping[str, bytes]) -> Facts:
    """Name, owner and hosts, the owner checked like what is typed. Raises BadArchive."""
    try:
        facts = Facts.model_validate_json(files[NAME])
        check_mail_address(facts.owner_email)
        check_person_name(facts.owner_name)
    except (KeyError, ValidationError, Unfit) as error:
        raise BadArchive("What it says about its owner cannot be read.") from error
    return facts


def load(workspace: Workspace, files: Mapping[str, bytes]) -> None:
    """The owner. Raises BadArchive."""
    facts = read(files)
    workspace.owner_email, workspace.owner_name = facts.owner_email, facts.owner_name
    workspace.save(update_fields=["owner_email", "owner_name"])


PART = ArchivePart(key="tenants", dump=dump, load=load)
