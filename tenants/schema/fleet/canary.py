"""Whether a workspace that was just migrated can be worked in: asked as a page would, with the web login."""

import psycopg
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from tenants.context import Place, entered
from tenants.db.base import WEB, set_place_sql
from tenants.schema.template import workspace_labels


def health_of(place: Place) -> str:
    """Read a row of every model of a workspace; what was wrong, or nothing."""
    try:
        conn = psycopg.connect(settings.WEB_DSN, autocommit=True)
    except psycopg.Error as error:
        return f"The web login cannot connect, see DATABASE_URL: {error}"[:500]
    with conn, entered(place):
        conn.execute(set_place_sql(place, login=WEB))
        return next((fault for model in _models() if (fault := _fault(conn, model))), "")


def _models() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in workspace_labels() and model._meta.managed and not model._meta.proxy
    ]


def _fault(conn: psycopg.Connection, model: type[Model]) -> str:
    query, params = model._base_manager.all()[:1].query.sql_with_params()
    try:
        conn.execute(query.encode(), params or None).fetchall()
    except psycopg.Error as error:
        said = error.diag.message_primary or str(error)
        return f"{model._meta.label} cannot be read: {said}"[:500]
    return ""
