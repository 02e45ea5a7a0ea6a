"""Every address of the desk. Each part of it has its own `urls.py`."""

from django.urls import include, path

app_name = "desk"

urlpatterns = [
    path("", include("koban.desk.open311.urls")),
    path("", include("koban.desk.board.urls")),
]
