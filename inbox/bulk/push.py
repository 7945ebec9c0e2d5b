"""Tells whoever asked for a job how far it is, with the job's own card."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_urlconf, set_urlconf

from core.realtime.audience import users
from core.realtime.push import push_on_commit
from inbox.bulk.enums import JobState
from inbox.bulk.events import BulkProgress
from inbox.bulk.models import BulkJob


def push_progress(job: BulkJob) -> None:
    before = get_urlconf()
    set_urlconf(settings.SITE_URLCONFS["workspace"])  # workers have no request to tell them
    try:
        html = render_to_string("bulk/job.html", {"job": job, "oob": True})
    finally:
        set_urlconf(before)
    event = BulkProgress(job=job.id, state=JobState(job.state), done=job.done, total=job.total)
    push_on_commit(event, audience=users([job.asked_by_id]), html=html)
