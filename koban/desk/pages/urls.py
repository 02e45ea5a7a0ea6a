"""Addresses of the ledger's pages."""

from koban.desk.pages import views
from koban.kernel.access.addresses import route

urlpatterns = [
    route("desk/ledger/", views.pages, name="ledger", action="ledger.read"),
    route("desk/ledger/check/", views.check, name="ledger_check", action="ledger.verify"),
    route("desk/ledger/<int:number>/proof.json", views.proof, name="proof", action="ledger.read"),
]
