"""Settings, put together from the environment: MARQUE_ENV is dev, test or production."""

from deploy.settings.base import *  # noqa: F403 - a settings module is its names
