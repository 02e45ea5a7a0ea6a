"""/api/v1: every address of it in the role table. The key of the caller is asked for behind the door."""

from django.urls import path

from koban.desk.api import telling, usage  # noqa: F401  their addresses join the others
from koban.desk.api.doors import api
from koban.kernel.access.addresses import declare

PUBLIC = (
    "handover",
    "handover-status",
    "types",
    "presence",
    "openapi-json",
    "api-root",
    "usage-find",
    "usage-period",
    "usage-heartbeat",
    "letting-report",
    "letting-reports",
    "let-units",
    "let-tenant",
    "let-end",
    "let-longer",
    "register-people",
)
declare({f"api-1:{name}": "public.read" for name in PUBLIC})

urlpatterns = [path("api/v1/", api.urls)]
