"""What stands in `public`, and the base of every model that lives in a workspace.

The acts on these rows are in provisioning.py, lifecycle.py and schema/.
"""

from tenants.models.base import WorkspaceModel
from tenants.models.facts import FactQuerySet, FactsTick
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
)

__all__ = [
    "DataRun",
    "Domain",
    "FactQuerySet",
    "FactsTick",
    "FleetFault",
    "FleetRun",
    "FleetStep",
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
    "WorkspaceFacts",
    "WorkspaceModel",
]
