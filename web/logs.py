"""The log: a line of JSON for every request and every fault. Addresses of pages name cases and people: the page's own name
stands for them; of a fault there is where in the program it was, not what it said."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from engine.base.calendar import BEIJING
from engine.base.home import SHARED

_LOG = logging.getLogger("web")


class JsonLines(logging.Formatter):
    """时间 级别 消息, what the record carries as `told`, and of an error its kind and the places it came through."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, BEIJING).isoformat(timespec="milliseconds")
        said: dict[str, object] = {"时间": at, "级别": record.levelname, "消息": record.getMessage()}
        said |= getattr(record, "told", {})
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            said["错误"] = type(error).__name__
            said["经过"] = [
                f"{place.filename.removeprefix(f'{SHARED}/')}:{place.lineno} {place.name}"
                for place in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(said, ensure_ascii=False)


def page_of(request: HttpRequest) -> str:
    """The name, or the pattern, of the page that was asked for; "" for none."""
    found = request.resolver_match
    return "" if found is None else found.url_name or found.route


class RequestLogMiddleware:
    """Tells of every request but those for health and files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, and a line about it."""
        begun = time.monotonic()
        response = self.get_response(request)
        if (page := page_of(request)) not in ("health", "metrics"):
            user = getattr(request, "user", None)
            told = {
                "页": page,
                "方法": request.method,
                "状态": response.status_code,
                "毫秒": round((time.monotonic() - begun) * 1000),
                "人": getattr(user, "pk", None),
            }
            _LOG.info("请求", extra={"told": told})
        return response
