"""The Celery app: Redis only wakes workers, the rows in Postgres are the queue.

Queues: `celery` for the workspaces' work, `schema` for the builder, which alone holds the owner's login.
Every process that enqueues has this app, because deploy's AppConfig imports it; Celery itself sets Django up.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
app = Celery("marque")
app.config_from_object("deploy.queue")
app.set_default()
