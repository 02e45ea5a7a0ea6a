"""Who does a thing: the value that every action takes as `by`."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """role: a key of access.roles.ROLES, or public, machine, system.

    station_id: the station the actor acts for; None for the public and the system.
    label: a badge or a position as pages show it; never a resident's name.
    """

    role: str
    station_id: UUID | None = None
    account_id: UUID | None = None
    post_id: UUID | None = None
    label: str = ""

    @property
    def at_post(self) -> UUID | None:
        """The post, where a person acts from one; a machine's key is not a post."""
        return self.post_id if self.account_id else None


PUBLIC = Actor(role="public", label="public")
SYSTEM = Actor(role="system", label="system")
