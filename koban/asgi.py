"""The office on one port: `/events` as it is, every other page as WSGI in threads (half the CPU of Django on ASGI)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from koban.lib.bridge import Bridge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koban.settings")
pages = get_wsgi_application()

from koban.desk.live.guard import Guard  # noqa: E402  after Django is set up
from koban.desk.live.hub import Hub  # noqa: E402
from koban.desk.live.lifespan import Life  # noqa: E402
from koban.desk.live.stream import PATH, Events, Receive, Scope, Send  # noqa: E402

# Two cores and one writer: more threads only queue for both, fewer let one slow upload hold up the desk.
THREADS = int(os.environ.get("KOBAN_THREADS", "12"))

# What is loaded now stays: the collector need not walk through all of Django for every few hundred objects of a page.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)

_hub = Hub()
_guard = Guard(_hub)
_events, _life = Events(_hub, _guard), Life(_hub, _guard)
_pages = Bridge(pages, THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: lifespan, the live stream, and all pages."""
    if scope["type"] == "lifespan":
        await _life(receive, send)
    elif scope["type"] == "http" and scope["path"] == PATH:
        await _events(scope, receive, send)
    else:
        await _pages(scope, receive, send)
