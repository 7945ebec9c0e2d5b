"""The way past every wall: a superuser's login, to look at what no process of the product could."""

import os

from django.db import connection
from psycopg.conninfo import make_conninfo


def superuser() -> str:
    name = connection.settings_dict["NAME"]
    return make_conninfo(os.environ["TEST_SUPERUSER_DSN"], dbname=name)
