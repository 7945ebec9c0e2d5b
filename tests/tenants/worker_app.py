"""The worker of test_tasks: one task that answers with where it ran and whom it found there."""

from deploy.celery import app  # isort: skip - it sets Django up for the imports below

from django.conf import settings
from redis import Redis

from core.accounts.models import User
from tenants.context import current
from tenants.tasks import workspace_task


@workspace_task("tests.answer")
def answer(key: str) -> None:
    people = ",".join(User.objects.values_list("email", flat=True))
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.rpush("answer", f"{key}:{current().schema}:{people}")


__all__ = ["answer", "app"]
