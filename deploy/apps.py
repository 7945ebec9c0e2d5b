"""The composition root's own start-up: once every app is ready, they are connected."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    name = "deploy"
    label = "deploy"

    def ready(self) -> None:
        from deploy import celery, checks, onboarding, wiring  # noqa: F401, PLC0415 - once every app is loaded

        # Else a thread that enqueues gets Celery's own default app, which quietly asks for an amqp broker.
        celery.app.set_default()
        wiring.connect()
        onboarding.register()
