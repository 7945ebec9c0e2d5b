"""What stands in `public`, and the base of every model that lives in a workspace.

The acts on these rows are in provisioning.py, lifecycle.py and schema/.
"""

from tenants.models.archives import WorkspaceExport, WorkspaceImport
from tenants.models.base import WorkspaceModel
from tenants.models.memory import ChangeTick, RememberedQuerySet
from tenants.models.resellers import Reseller, Staff, StaffQuerySet, State
from tenants.models.schemas import DataRun, FleetFault, FleetRun, FleetStep, SchemaTemplate, SpareSchema
from tenants.models.support import SupportAccess
from tenants.models.workspaces import (
    Domain,
    SetupStep,
    StarterTemplate,
    WorkDue,
    Workspace,
    WorkspaceFacts,
    works,
)

__all__ = [
    "ChangeTick",
    "DataRun",
    "Domain",
    "FleetFault",
    "FleetRun",
    "FleetStep",
    "RememberedQuerySet",
    "Reseller",
    "SchemaTemplate",
    "SetupStep",
    "SpareSchema",
    "Staff",
    "StaffQuerySet",
    "StarterTemplate",
    "State",
    "SupportAccess",
    "WorkDue",
    "Workspace",
    "WorkspaceExport",
    "WorkspaceFacts",
    "WorkspaceImport",
    "WorkspaceModel",
    "works",
]
