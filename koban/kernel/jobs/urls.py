from koban.kernel.access.addresses import route
from koban.kernel.jobs import views

app_name = "jobs"

urlpatterns = [
    route("desk/jobs/", views.listing, name="list", action="jobs.read"),
    route("desk/jobs/<uuid:job>/retry/", views.retry, name="retry", action="jobs.retry"),
]
