"""Koban: the one system that a community policing office runs on."""

__version__ = "0.1.0"
