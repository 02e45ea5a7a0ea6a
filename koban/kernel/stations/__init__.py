"""Stations and scope: who owns a row, and which rows the running work may see."""

from koban.kernel.stations.scoping import (
    OutsideScope,
    Scope,
    current,
    everywhere,
    home,
    looking,
    outside,
    scope,
)

__all__ = ["OutsideScope", "Scope", "current", "everywhere", "home", "looking", "outside", "scope"]
