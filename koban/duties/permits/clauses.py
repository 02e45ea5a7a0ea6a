"""What the pack of an office says on a day: the numbers and lists that the rules are handed."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from koban.duties.permits import rules
from koban.kernel import law
from koban.kernel.stations.models import Station

MONTHS_IN = {law.Unit.MONTHS: 1, law.Unit.YEARS: 12}


@dataclass(frozen=True, slots=True)
class Law:
    """The clauses of `pack` that hold on `on`."""

    pack: str
    on: date

    @classmethod
    def of(cls, station: Station, at: datetime) -> "Law":
        return cls(station.pack, at.astimezone(ZoneInfo(station.tz)).date())

    def clause(self, id: str) -> law.Clause | None:
        """None where the pack has no such clause, or where it binds nobody."""
        try:
            found = law.clause(id, self.pack, on=self.on)
        except law.NoClause:
            return None
        return found if found.binding else None

    def value(self, id: str) -> int:
        return law.clause(id, self.pack, on=self.on).value

    def months(self, id: str) -> int:
        """A term of months or years, in months."""
        found = law.clause(id, self.pack, on=self.on)
        assert found.unit in MONTHS_IN  # noqa: S101  # the packs' own cases say so
        return found.value * MONTHS_IN[found.unit]

    def keys(self, id: str) -> tuple[str, ...]:
        """The closed list of a clause; empty where the pack has none."""
        found = self.clause(id)
        return tuple(item.key for item in found.items) if found else ()

    def label(self, id: str, key: str, language: str) -> str:
        """What an entry of a list is called; the key itself where it is not there."""
        found = self.clause(id)
        items = found.items if found else ()
        return next((item.label.said(language) for item in items if item.key == key), key)

    @property
    def from_registration(self) -> bool:
        """Whether the half year runs from registration, by a local rule."""
        return "registration" in self.keys(rules.HALF_YEAR_FROM)

    @property
    def houses(self) -> frozenset[str]:
        """Kinds of house that keep a register of their own."""
        return frozenset(self.keys(rules.HOTELS) + self.keys(rules.KIN_HOUSES))

    @property
    def kin_days(self) -> int | None:
        found = self.clause(rules.KIN)
        return found.value if found else None

    def term_of(self, source: str) -> str:
        """The clause of the term in which `source` tells of a stay."""
        local = rules.TERM_OF_SOURCE.get(source, "")
        return local if local and self.clause(local) else rules.REGISTER
