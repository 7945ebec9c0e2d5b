"""Start-up of the ground: library caches and models are taught whose data they hold."""

from django.apps import AppConfig, apps


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"

    def ready(self) -> None:
        from django.conf import settings  # noqa: PLC0415 - settings are complete only now
        from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - needs the registry

        from tenants import checks, memory  # noqa: F401, PLC0415 - registers itself
        from tenants.archive import facts, parts  # noqa: PLC0415 - needs the registry
        from tenants.contenttypes import PlacedCache  # noqa: PLC0415 - needs the registry
        from tenants.due import register_sweeper  # noqa: PLC0415 - needs the registry
        from tenants.facts import gather  # noqa: PLC0415 - needs the registry
        from tenants.models import Domain, Reseller, Workspace, WorkspaceModel  # noqa: PLC0415 - the same
        from tenants.stamps import stamp_library_model  # noqa: PLC0415 - needs the registry

        register_sweeper("tenants.facts", gather)
        memory.watch(Domain)
        memory.watch(Reseller, fields=("name", "state"))
        memory.watch(Workspace, fields=("name", "state", "schema", "reseller", "reseller_id"))
        parts.register_part(facts.PART)
        parts.leave_out("django_session", why="Signing in is bound to this installation")
        ContentType.objects._cache = PlacedCache()  # type: ignore[attr-defined]  # process-global in Django
        for config in apps.get_app_configs():
            if config.name not in settings.TENANT_APP_NAMES:
                continue
            for model in config.get_models():
                if not issubclass(model, WorkspaceModel):
                    stamp_library_model(model)
