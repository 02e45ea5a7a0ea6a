"""The street network of a map extract: how long it takes to walk, ride or drive from door to door, and along which line."""

from koban.lib.streets.network import Network
from koban.lib.streets.profiles import PROFILES, Profile
from koban.lib.streets.ways import Spot, Ways

__all__ = ["PROFILES", "Network", "Profile", "Spot", "Ways"]
