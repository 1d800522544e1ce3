"""The operator's page under a language; figures for Prometheus without one."""

from django.urls import path

from cms.operations import views

app_name = "operations"
urlpatterns = [path("operations/", views.operations, name="operations")]
open_urlpatterns = [
    path("metrics/", views.machine_metrics, name="machine_metrics"),
    path("metrics/site/", views.site_metrics, name="site_metrics"),
]
