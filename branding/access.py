"""The only way from a request to a brand that may be edited: the console's own or one of its workspaces'."""

from uuid import UUID

from django.http import HttpRequest

from branding.models import Brand
from tenants.console.access import access_own_reseller, access_workspace
from tenants.models import Reseller


def access_reseller_brand(request: HttpRequest) -> Brand:
    """The brand of the reseller whose console this is, new if it has none."""
    return _brand(access_own_reseller(request), workspace_id=None)


def access_workspace_brand(request: HttpRequest, workspace_id: UUID) -> Brand:
    """The brand of one of this reseller's workspaces; another's is a 404."""
    workspace = access_workspace(request, workspace_id)
    return _brand(workspace.reseller, workspace_id=workspace.id)


def _brand(reseller: Reseller, *, workspace_id: UUID | None) -> Brand:
    found = (
        Brand.objects.select_related("workspace").filter(reseller=reseller, workspace=workspace_id).first()
    )
    return found or Brand(reseller=reseller, workspace_id=workspace_id)
