"""Plants canaries: a row of every model of one workspace, and of every model of one reseller in `public`.

A model that is added tomorrow is planted by itself, or named here; how a row is made is maker.py next door,
and fingerprint.py compares rows.
"""

from typing import Any

from django.apps import apps
from django.conf import settings

from core.accounts.models import User
from tenants.context import platform, workspace
from tenants.models import Domain, Reseller, Workspace
from tests.isolation.maker import Maker, Model, variants
from tests.isolation.planted import Planted

NOBODYS = {
    "tenants.ChangeTick": "one number for everybody, which only says that something changed",
    "tenants.SchemaTemplate": "the statements that build any workspace",
    "tenants.SpareSchema": "a schema that is nobody's yet",
    "tenants.FleetStep": "a migration, the same for everybody",
    "tenants.FleetRun": "a run over the whole fleet",
}
"""Models of the platform whose rows belong to no reseller, each with its reason; they are not planted."""


def workspace_models() -> list[Model]:
    """Every model that has a table in each workspace."""
    return [model for name in settings.TENANT_APPS for model in _models_of(name)]


def platform_models() -> list[Model]:
    """Every model that has a table in `public`."""
    return [model for name in settings.SHARED_APPS for model in _models_of(name)]


def _models_of(app: str) -> list[Model]:
    config = next(one for one in apps.get_app_configs() if one.name == app.partition(".apps.")[0])
    return [model for model in config.get_models() if model._meta.managed and not model._meta.proxy]


def plant_workspace(row: Workspace, *, seed: str) -> Planted:
    """Rows of every model in one workspace."""
    planted = Planted(seed)
    with workspace(row):
        maker = Maker(planted, {}, place="workspace")
        for model in workspace_models():
            _plant(maker, model, place="workspace")
        for user in User.objects.all():
            planted.note(user)
    planted.ids.add(str(row.id))
    return planted


def plant_platform(row: Workspace, *, seed: str) -> Planted:
    """Rows of every model in `public` that belong to the reseller of one workspace, its own among them."""
    planted = Planted(seed)
    with platform():
        reseller = Reseller.objects.get(id=row.reseller_id)
        _rename(planted, [reseller, row], place="public")
        maker = Maker(planted, {"tenants.Reseller": reseller, "tenants.Workspace": row}, place="public")
        for model in platform_models():
            if model._meta.label not in NOBODYS:
                _plant(maker, model, place="public")
        for domain in Domain.objects.filter(reseller=reseller):
            planted.note(domain)
    return planted


def _rename(planted: Planted, rows: list[Any], *, place: str) -> None:
    """The world's own rows of this side get a word for a name."""
    maker = Maker(planted, {}, place="names")
    for row in rows:
        row.name = maker.word(24)
        row.save(update_fields=["name"])
        planted.add(row)


def _plant(maker: Maker, model: Model, *, place: str) -> None:
    """The rows that are still missing; some were made on the way to others."""
    label = model._meta.label
    done = 0 if label in _OF_THE_WORLD else len(maker.planted.rows.get(label, []))
    for values in list(variants(model, place))[done:]:
        maker.make(model, **values)


_OF_THE_WORLD = {"tenants.Workspace"}
"""What the world has one row of already, in a state that matters."""
