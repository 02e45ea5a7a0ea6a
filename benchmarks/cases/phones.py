"""Telephones that ask which forms are out: OpenRosa."""

from collections.abc import Iterator

from benchmarks.bench import Bench, Row
from benchmarks.load import Make, request
from benchmarks.registry import asks, benchmark

FORMS = 200


@asks("list of forms")
def form_list(office: Bench) -> Make:
    """Digest with a nonce that holds for half an hour, as a telephone sends it after its first challenge."""
    header = office.seed("forms", str(FORMS)).strip()
    made = request(office.url, "GET", "/openrosa/lamp/formList", Authorization=header, Accept_Language="en")
    return lambda _number: made


@benchmark("phones", "the list of 200 forms for telephones")
def phones(office: Bench) -> Iterator[Row]:
    yield from office.each("list of forms", (1,), forms=FORMS)
