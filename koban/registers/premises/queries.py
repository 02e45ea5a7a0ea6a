"""Finding places: as one types, by a door plate's code, near a point."""

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from koban.kernel.stations.models import Beat
from koban.lib import geo
from koban.registers.premises import searching
from koban.registers.premises.models import Address, FormerName

MOST = 8


def search(query: str, limit: int = MOST) -> list[Address]:
    """Standing addresses by what one types: Chinese, pinyin, initials, partial, in any order, with slips. Best first."""
    return searching.addresses(query, limit)


def exact(words: str) -> Address | None:
    """The one address that `words` name: by its whole label, or as the only one found. A street of many is none."""
    if not words:
        return None
    found: list[Address] = called(words) or search(words, limit=2)
    return found[0] if len(found) == 1 else None


def called(words: str) -> list[Address]:
    """At most two addresses that stand and are, or once were, called exactly so, in either language."""
    standing = Address.objects.select_related("street").current()
    # By the index first: asked for both languages at once, the database reads every address.
    if found := list(standing.filter(label=words)[:2]) or list(standing.filter(labelled(words))[:2]):
        return found
    once = list(FormerName.objects.select_related("address__street").filter(labelled(words))[:2])
    ended = list(Address.objects.ended().filter(labelled(words))[:2])
    after = {one.pk: one for old in [*(name.address for name in once), *ended] for one in successors(old)}
    return list(after.values())[:2]


def all_called(words: Collection[str]) -> dict[str, Address]:
    """Those of many labels that are an address's own now, in Chinese; what is not among them may still be found otherwise."""
    standing = Address.objects.select_related("street").current()
    return {one.label: one for one in standing.filter(label__in=words).order_by("-id")}


def by_plate(plate: str) -> Address | None:
    """The address whose door plate carries this code, or what followed it: a plate hangs on after a merger."""
    found: Address | None = Address.objects.select_related("street").filter(plate=plate).first()
    return found if found is None or found.to_on is None else next(iter(successors(found)), None)


def near(lon: float, lat: float, radius_m: float = 60) -> Address | None:
    """The nearest address within `radius_m` metres, None if there is none."""
    here = geo.Point(lon, lat)
    around: QuerySet[Address] = Address.objects.current().filter(cell__in=geo.cells_within(here, radius_m))
    measured = [(geo.metres(here, geo.Point(a.lon, a.lat)), a) for a in around]
    within = [(distance, address) for distance, address in measured if distance <= radius_m]
    return min(within, key=lambda pair: pair[0])[1] if within else None


def is_inside(lon: float, lat: float) -> bool | None:
    """Whether a point lies in a beat of the station; None where no beat is drawn yet."""
    polygons = list(Beat.objects.values_list("polygon", flat=True))
    areas = [geo.Area({"type": "Polygon", "coordinates": polygon}) for polygon in polygons]
    return any(area.holds(geo.Point(lon, lat)) for area in areas) if areas else None


def labelled(label: str) -> Q:
    """Addresses whose whole label, in either language, is what was written."""
    return Q(label__iexact=label) | Q(label_en__iexact=label)


def successors(address: Address) -> list[Address]:
    """What stands now where `address` stood: itself while it has not ended, nothing where nothing followed."""
    found, ahead, seen = list[Address](), [address], {address.pk}
    while ahead:
        found += [one for one in ahead if one.to_on is None]
        ended = [one.pk for one in ahead if one.to_on is not None]
        after = (
            Address.objects.select_related("street").filter(origins__old__in=ended).distinct()
            if ended
            else []
        )
        ahead = [one for one in after if one.pk not in seen]
        seen |= {one.pk for one in ahead}
    return found


def beats_with_counts() -> list[tuple[Beat, int]]:
    """Every beat and how many addresses lie in it (two queries)."""
    counts = Address.objects.current().order_by().values_list("beat").annotate(Count("pk"))
    by_beat = dict(counts)
    return [(beat, by_beat.get(beat.pk, 0)) for beat in Beat.objects.order_by("code")]
