"""Reading pages as somebody without a script does: the form that stands there, with what stands in it."""

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client


class Forms(HTMLParser):
    """The forms of a page: what each would send. Buttons are pressed by name and value."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self.field = ""
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            assert told["id"] not in self.ids, f"two elements have the id {told['id']}"
            self.ids.add(told["id"])
        if tag == "form":
            self.found.append({"action": told.get("action", ""), "id": told.get("id", ""), "data": {}})
        if not self.found:
            return
        data = self.found[-1]["data"]
        if tag == "input" and self._is_sent(told):
            bare = "on" if told.get("type") in ("radio", "checkbox") else ""
            data.setdefault(told["name"], []).append(told.get("value", bare))
        elif tag == "textarea":
            self.field = told.get("name", "")
            data[self.field] = [""]
        elif tag == "select":
            self.field = told.get("name", "")
        elif tag == "option" and (self.field not in data or "selected" in told):
            data[self.field] = [told.get("value", "")]

    @staticmethod
    def _is_sent(told: dict[str, str]) -> bool:
        kind = told.get("type", "text")
        return (
            bool(told.get("name"))
            and kind != "file"
            and (kind not in ("radio", "checkbox") or "checked" in told)
        )

    def handle_data(self, data: str) -> None:
        if self.field and self.found and self.lasttag == "textarea":
            self.found[-1]["data"][self.field][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self.field = ""


def form_in(response: Any, *, id: str = "", action: str = "") -> dict[str, Any]:
    """What the form with this id, or whose address ends so, would send."""
    forms = Forms(response.content.decode()).found
    form = next(f for f in forms if (id and f["id"] == id) or (action and f["action"].endswith(action)))
    data = form["data"]
    # A line break after <textarea> belongs to the markup.
    return {name: [v.removeprefix("\n") for v in values] for name, values in data.items()}


def press(client: Client, path: str, response: Any, *, id: str = "report", **pressed: Any) -> Any:
    """Send the form that `response` shows, with some fields filled in and one button pressed."""
    return client.post(path, form_in(response, id=id) | pressed)


def receipt_in(response: Any) -> tuple[str, str]:
    """Number and secret, as the receipt shows them."""
    page = response.content.decode()
    number = re.search(r'receipt-number">([\d-]+)<', page)
    secret = re.search(r'receipt-secret">([0-9A-Z-]+)<', page)
    assert number, page[:2000]
    assert secret
    return number[1], secret[1]


def report(client: Client, office: str = "lake", *, code: str = "noise", **fields: Any) -> Any:
    """A report in one sending, as the last page sends it."""
    told = {
        "go": "send",
        "code": code,
        "summary": "Loud music",
        "place": "by the lake",
        "reply_by": "page",
        "key": "k1",
    }
    return client.post(f"/o/{office}/report/", told | fields)


def follow(client: Client, number: str, secret: str, office: str = "lake") -> Any:
    return client.post(f"/o/{office}/follow/", {"number": number, "secret": secret})
