"""The URLconf of a workspace with the holes of leaky.py in front."""

from deploy.urls import workspace
from deploy.urls.workspace import handler400, handler403, handler404, handler429, handler500
from tests.isolation.leaky import with_holes

urlpatterns = with_holes(workspace.urlpatterns)

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
