"""The addresses of the register of places."""

from koban.kernel.access.addresses import route
from koban.registers.premises import street_views, views
from koban.registers.premises import thing_views as things

app_name = "premises"
READ, CHANGE, ORDER, BEATS = "premises.read", "premises.change", "premises.order", "premises.beats"

urlpatterns = [
    route("desk/places/", views.listing, name="list", action=READ),
    route("desk/places/export/", views.export, name="export", action="premises.export"),
    route("desk/places/new/", views.add, name="add", action=CHANGE),
    route("desk/places/streets/", street_views.streets, name="streets", action=READ),
    route("desk/places/streets/new/", street_views.add_street, name="add-street", action=CHANGE),
    route("desk/places/streets/<uuid:street>/", street_views.street, name="street", action=READ),
    route(
        "desk/places/streets/<uuid:street>/rename/",
        street_views.rename_street,
        name="rename-street",
        action=ORDER,
    ),
    route("desk/places/units/", things.units, name="units", action=READ),
    route("desk/places/units/new/", things.add_unit, name="add-unit", action=CHANGE),
    route("desk/places/units/<uuid:unit>/", things.unit, name="unit", action=READ),
    route("desk/places/units/<uuid:unit>/change/", things.change_unit, name="change-unit", action=CHANGE),
    route(
        "desk/places/units/<uuid:unit>/responsible/", things.responsible, name="responsible", action=CHANGE
    ),
    route("desk/places/units/<uuid:unit>/close/", things.close_unit, name="close-unit", action=CHANGE),
    route("desk/places/assets/", things.assets, name="assets", action=READ),
    route("desk/places/assets/map/", things.asset_map, name="asset-map", action=READ),
    route("desk/places/assets/new/", things.add_asset, name="add-asset", action=CHANGE),
    route("desk/places/assets/<uuid:asset>/", things.asset, name="asset", action=READ, write=CHANGE),
    route("desk/places/beats/", views.map_of_beats, name="beats", action=READ),
    route("desk/places/beats/progress/", views.beats_progress, name="beats-progress", action=READ),
    route("desk/places/beats/map/", things.beat_map, name="beat-map", action=READ),
    route("desk/places/beats/new/", things.add_beat, name="add-beat", action=BEATS),
    route("desk/places/beats/<slug:code>/", things.beat, name="beat", action=BEATS),
    route("desk/places/<uuid:address>/", views.address, name="address", action=READ),
    route("desk/places/<uuid:address>/inside/", views.add_inside, name="add-inside", action=CHANGE),
    route("desk/places/<uuid:address>/point/", views.change, name="move-point", action=CHANGE, key="point"),
    route("desk/places/<uuid:address>/rename/", views.change, name="rename", action=ORDER, key="rename"),
    route("desk/places/<uuid:address>/merge/", views.change, name="merge", action=ORDER, key="merge"),
    route("desk/places/<uuid:address>/split/", views.split, name="split", action=ORDER),
    route("desk/places/<uuid:address>/end/", views.change, name="end", action=ORDER, key="end"),
]
