"""How the Celery app behaves; read by celery.py when the first message is sent or the worker starts."""

import os

from django.conf import settings

from deploy.wiring import BEAT, ROUTES, TASK_MODULES

broker_url = settings.REDIS_URL
broker_transport = "deploy.broker:Transport"
broker_connection_retry_on_startup = True
# A request that cannot reach Redis must not wait for it: one try, no pause. Workers retry by themselves.
broker_transport_options = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 1,
}
task_ignore_result = True
task_acks_late = True
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
task_serializer = "json"
accept_content = ["json"]
timezone = "UTC"
beat_schedule = BEAT
beat_schedule_filename = os.environ.get("BEAT_FILE", ".marque/beat")
task_routes = ROUTES
imports = TASK_MODULES
