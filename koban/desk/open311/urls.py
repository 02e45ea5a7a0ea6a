"""The addresses of GeoReport v2, each with its format."""

from django.urls import register_converter

from koban.desk.open311 import views
from koban.kernel.access.addresses import route


class Format:
    regex = "xml|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Format, "format")

READ, TAKE = "public.read", "public.read"

# A code or number is any text, so that what is not there is told in the format that was asked for.
urlpatterns = [
    route("open311/discovery.<format:format>", views.discovery, name="open311-root", action=READ),
    route("open311/v2/discovery.<format:format>", views.discovery, name="open311-discovery", action=READ),
    route("open311/v2/services.<format:format>", views.service_list, name="open311-services", action=READ),
    route(
        "open311/v2/services/<str:code>.<format:format>", views.service, name="open311-service", action=READ
    ),
    # POST is let through to the view, which asks for the machine's key.
    route(
        "open311/v2/requests.<format:format>",
        views.request_list,
        name="open311-requests",
        action=READ,
        write=TAKE,
    ),
    route(
        "open311/v2/requests/<str:number>.<format:format>",
        views.request_one,
        name="open311-request",
        action=READ,
    ),
    route("open311/v2/tokens/<str:number>.<format:format>", views.token, name="open311-token", action=READ),
]
