"""The Celery app: Redis only wakes workers, the rows in Postgres are the queue.

Queues: `celery` for the workspaces' work, `schema` for the builder, which alone holds the owner's login.
deploy's AppConfig makes it the default in every process that sets Django up, so whoever can enqueue has it.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
app = Celery("marque", set_as_current=False)
app.config_from_object("deploy.queue")
