"""Fixtures for every test of the house; the plugin beside it is loaded earlier, before Django's settings."""

from tests.support.database import *  # noqa: F403
from tests.support.fixtures import *  # noqa: F403
