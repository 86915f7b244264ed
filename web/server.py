"""How gunicorn runs a workbench (`gunicorn -c python:web.server web.wsgi`): one server on one space, in threads."""

from __future__ import annotations

import sys
from typing import Any

from web import space as spaces

wsgi_app = "web.wsgi"
workers = 1
threads = 4
loglevel = "error"
# A page waits for nothing but the engine; a letter takes a second.
timeout = 120


def on_starting(server: Any) -> None:
    """Holds the space for this server, its workers and nobody else; ends it where that cannot be, or where it is an office's
    with a secret that was not made for it."""
    try:
        space = spaces.current()
        _ = space.secret
        # Kept open as long as the server lives; the kernel lets go of it however it ends.
        server.held = spaces.held(space.folder)
    except (spaces.Unsafe, spaces.InUse) as error:
        sys.exit(f"错误[E960]: {error}")
