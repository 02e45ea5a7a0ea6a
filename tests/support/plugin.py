"""Loaded with `-p`, before pytest-django reads the settings: which database, where var/ is, and no silent skips."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tools import translations

# How long a machine takes is not what a property says.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    choices = ["sqlite", "postgres"]
    parser.addoption("--database", choices=choices, default="sqlite", help="which database the tests run on")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    # A wrapper runs before pytest-django's hook, so that the settings find what they read.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare(early_config.known_args_namespace.database)
    return (yield)


def _prepare(database: str) -> None:
    """Point the settings at a var/ of this run alone, and at the wished database."""
    var = tempfile.mkdtemp(prefix="koban-tests-")
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    Path(var, "static").mkdir()
    os.environ["KOBAN_VAR"] = var
    translations.compile_all([translations.HOUSE])
    os.environ["KOBAN_LANGUAGE"] = "en"  # tests read the msgids; those of Chinese pages say so
    os.environ["KOBAN_SECRET_KEY"] = "only for tests"
    os.environ.pop("KOBAN_DATABASE_URL", None)
    if database == "postgres":
        from tests.support import postgres  # noqa: PLC0415  needed for this database only

        os.environ["KOBAN_DATABASE_URL"] = postgres.start()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('database')}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not item.get_closest_marker("may_skip"):
        report.outcome = "failed"
        report.longrepr = (
            f"A skipped test is a failed one here (mark it may_skip(reason) if it may): {item.nodeid}"
        )
        report.__dict__.pop("wasxfail", None)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"A skipped file is a failed one here: {collector.nodeid}"
    return report
