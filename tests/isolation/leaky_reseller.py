"""The URLconf of a reseller's console with the holes of leaky.py in front."""

from deploy.urls import reseller
from deploy.urls.reseller import handler400, handler403, handler404, handler429, handler500
from tests.isolation.leaky import with_holes

urlpatterns = with_holes(reseller.urlpatterns)

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
