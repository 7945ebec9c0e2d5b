"""The Celery app: Redis only wakes workers, the rows in Postgres are the queue.

Queues: `celery` for the workspaces' work, `schema` for the builder, which alone holds the owner's login.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - as above

from deploy.wiring import BEAT, ROUTES, TASK_MODULES  # noqa: E402 - as above

# A request that cannot reach Redis must not wait for it: one try, no pause. Workers retry by themselves.
BROKER_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 1,
}

app = Celery("marque")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options=BROKER_OPTIONS,
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    beat_schedule=BEAT,
    beat_schedule_filename=os.environ.get("BEAT_FILE", ".marque/beat"),
    task_routes=ROUTES,
    imports=TASK_MODULES,
)
app.set_default()
