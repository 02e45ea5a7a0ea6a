"""The bridge between the server's event loop and the pages."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from koban.lib.bridge import SHORT, Bridge, environ

SCOPE: dict[str, Any] = {
    "type": "http", "method": "POST", "path": "/报/", "query_string": b"a=1", "http_version": "1.1", "scheme": "http",
    "server": ("127.0.0.1", 8000), "client": ("10.0.0.9", 5), "root_path": "",
    "headers": [(b"content-type", b"text/plain"), (b"accept", b"a"), (b"accept", b"b"), (b"x_forwarded_for", b"1.1.1.1")],
}  # fmt: skip


class Page:
    """What Django's answers look like: they iterate, say whether they stream, and want to be closed."""

    def __init__(self, pieces: Iterable[bytes], *, streaming: bool) -> None:
        self.pieces, self.streaming, self.closed = pieces, streaming, False

    def __iter__(self) -> Any:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed = True


def exchange(pages: Any, *messages: dict[str, Any], scope: dict[str, Any] = SCOPE) -> list[dict[str, Any]]:
    """What is sent when the visitor sends these messages."""
    waiting, sent = list(messages), []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Bridge(pages, 1)(scope, receive, send))
    return sent


def piece(body: bytes = b"", *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_plain_answer_is_handed_over_whole_and_closed() -> None:
    page = Page([b"one ", b"two"], streaming=False)

    def pages(around: dict[str, Any], start: Any) -> Page:
        start("201 Created", [("X-Word", "yes")])
        return page

    sent = exchange(pages, piece())
    assert sent == [
        {"type": "http.response.start", "status": 201, "headers": [(b"x-word", b"yes")]},
        {"type": "http.response.body", "body": b"one two"},
    ]
    assert page.closed


def test_a_streamed_answer_goes_in_pieces() -> None:
    def pages(around: dict[str, Any], start: Any) -> Page:
        start("200 OK", [])
        return Page([b"one", b"two"], streaming=True)

    sent = exchange(pages, piece())
    assert [(m.get("body"), m.get("more_body", False)) for m in sent[1:]] == [
        (b"one", True), (b"two", True), (b"", False)
    ]  # fmt: skip


@pytest.mark.parametrize("sizes", [(), (5,), (5, 7), (SHORT, 3), (SHORT, SHORT, 1), (10, SHORT * 3, 0)])
def test_a_body_of_any_length_and_any_pieces_arrives_whole(sizes: tuple[int, ...]) -> None:
    told = [bytes([65 + n]) * size for n, size in enumerate(sizes)]

    def pages(around: dict[str, Any], start: Any) -> Page:
        start("200 OK", [])
        body = around["wsgi.input"]
        return Page([body.read(3) + body.read()], streaming=False)

    messages = [piece(part, more=True) for part in told] + [piece()]
    assert exchange(pages, *messages)[1]["body"] == b"".join(told)


def test_a_visitor_who_leaves_while_sending_costs_no_page() -> None:
    def pages(around: dict[str, Any], start: Any) -> Page:
        raise AssertionError

    assert exchange(pages, piece(b"half", more=True), {"type": "http.disconnect"}) == []


def test_a_visitor_who_leaves_in_a_long_body_ends_it() -> None:
    def pages(around: dict[str, Any], start: Any) -> Page:
        start("200 OK", [])
        return Page([str(len(around["wsgi.input"].read())).encode()], streaming=False)

    sent = exchange(pages, piece(b"x" * SHORT, more=True), {"type": "http.disconnect"})
    assert sent[1]["body"] == str(SHORT).encode()


def test_what_a_page_raises_reaches_the_server() -> None:
    def pages(around: dict[str, Any], start: Any) -> Page:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        exchange(pages, piece())


def test_a_request_is_told_as_the_standard_has_it() -> None:
    around = environ(SCOPE, None)
    assert around["PATH_INFO"] == "/报/".encode().decode("latin-1")
    assert (around["CONTENT_TYPE"], around["HTTP_ACCEPT"], around["REMOTE_ADDR"]) == (
        "text/plain",
        "a,b",
        "10.0.0.9",
    )
    assert "HTTP_X_FORWARDED_FOR" not in around, (
        "an underscore would pass for a header that a proxy has checked"
    )


def test_a_web_socket_is_closed() -> None:
    assert exchange(None, scope={"type": "websocket"}) == [{"type": "websocket.close", "code": 1000}]
