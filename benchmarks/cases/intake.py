"""Taking reports: a POST, answered when the report is committed with its ledger page. Files excluded."""

import re
from collections.abc import Iterator
from uuid import uuid4

from benchmarks.bench import Bench, Row
from benchmarks.load import Make
from benchmarks.registry import asks, benchmark

WORDS = "Somebody is loud in the yard again."


@asks("report", expect=201)
def report(office: Bench) -> Make:
    """Through Open311, each with a key of its own, at a place of its own."""

    def make(number: int) -> bytes:
        told = {
            "api_key": office.keys[number % len(office.keys)], "service_code": "noise", "jurisdiction_id": "lamp",
            "lat": f"60.17{number % 997:03}", "long": f"24.94{number % 991:03}",
            "description": WORDS, "phone": "13900000000", "first_name": "Yun",
        }  # fmt: skip
        return office.form("/open311/v2/requests.json", told, Idempotency_Key=str(uuid4()))

    return make


@asks("public form", expect=201)
def public_form(office: Bench) -> Make:
    """The last step of the public form, as a resident's browser sends it; every visitor from another address."""
    page = office.got(office.public("/o/lamp/report/"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    cookie = re.search(r"koban_csrf=([^;]+)", page)
    if not (token and cookie):
        raise RuntimeError("the public form has no token")

    def make(number: int) -> bytes:
        told = {
            "csrfmiddlewaretoken": token[1], "key": str(uuid4()), "go": "send", "code": "noise", "summary": WORDS,
            "lon": f"24.94{number % 991:03}", "lat": f"60.17{number % 997:03}", "reply_by": "page",
        }  # fmt: skip
        visitor = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return office.form(
            "/o/lamp/report/", told, Cookie=f"koban_csrf={cookie[1]}", X_Forwarded_For=visitor,
            Referer=f"{office.url}/o/lamp/report/",
        )  # fmt: skip

    return make


@benchmark(
    "intake", "reports through Open311 and the public form: as fast as answered, and a hundred a second"
)
def intake(office: Bench) -> Iterator[Row]:
    yield from office.each("report")
    yield office.steady("report", 100)
    yield from office.each("public form", office.connections[:2])
