"""The worker of test_tasks: one task that answers with where it ran and whom it found there."""

from deploy.celery import app


@app.on_after_finalize.connect
def add_task(**kwargs: object) -> None:
    """Once Celery has set Django up."""
    from django.conf import settings
    from redis import Redis

    from tenants.context import current
    from tenants.tasks import workspace_task

    @workspace_task("tests.answer")
    def answer(key: str) -> None:
        from core.accounts.models import User

        people = ",".join(User.objects.values_list("email", flat=True))
        with Redis.from_url(settings.REDIS_URL) as redis:
            redis.rpush("answer", f"{key}:{current().schema}:{people}")


__all__ = ["app"]
