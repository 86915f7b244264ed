"""What goes wrong becomes a page in Chinese with what to do; what nobody foresaw gets a number, and the log its trace."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from engine.base.calendar import BEIJING
from engine.base.problem import Refused
from web.logs import page_of
from web.services.roles import Denied

_LOG = logging.getLogger("web")
Answers = Callable[[HttpRequest], HttpResponse]


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page asks who it is. A form that comes too late leads back to its page, which says that it was not kept."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """To the page for signing in, and from there to where one was."""
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        came = urlsplit(request.META.get("HTTP_REFERER", ""))
        going = f"{came.path}?{came.query}" if came.netloc == request.get_host() else "/"
        return redirect(f"{reverse('login')}?{urlencode({'next': going, 'late': 1})}")


class FaultsMiddleware:
    """Answers for what pages raise."""

    def __init__(self, get_response: Answers) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, unless it raises, or the address is no page at all."""
        response = self.get_response(request)
        return unopened(request) if response.status_code == 405 and not _of_programs(request) else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error; None for what Django answers itself."""
        if isinstance(error, Denied):
            return _page(request, 403, "这一步不归你办", [error.said])
        if isinstance(error, ObjectDoesNotExist):
            return not_found(request, error)
        if isinstance(error, Refused):
            return _page(request, 422, "读不通", [f"{p.message}。{p.help or ''}" for p in error.problems])
        if type(error).__module__.startswith("django."):
            return None
        return internal(request, error)


def internal(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """Nothing was changed: a transaction that raised was not kept."""
    said = ["这一步没有完成，什么都没有改。再试一次；还不行，把编号告诉管理员。", f"编号 {numbered(request, error)}"]
    return _page(request, 500, "没有完成", said)


def numbered(request: HttpRequest, error: Exception | None) -> str:
    """Keeps the trace of what nobody foresaw in the log, under a number that is told."""
    number = datetime.now(BEIJING).strftime("%Y%m%d-%H%M%S-%f")[:-3]
    _LOG.error("没有完成", exc_info=error, extra={"told": {"编号": number, "页": page_of(request)}})
    return number


def _of_programs(request: HttpRequest) -> bool:
    """Whether a program asks, which is answered in JSON."""
    return request.path.startswith("/api/")


def unopened(request: HttpRequest) -> HttpResponse:
    """An address that takes forms and shows nothing."""
    return _page(request, 405, "这个地址不能直接打开", ["它只收表单。从待办里打开案件，再填。"])


def not_taken(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent is too long, or not for this host."""
    return _page(request, 400, "没有收下", ["内容太长，或者地址不对。什么都没有改；回到上一页，改短以后再试。"])


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or no such case."""
    return _page(request, 404, "没有这一页", ["案号、名称要与列表里的一样。"])


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that this program did not make, or that is older than the session."""
    return _page(request, 403, "没有收下", ["这张表单过期了，或者不是从本程序打开的。回到上一页，刷新以后再填。"])


def _page(request: HttpRequest, status: int, title: str, said: list[str]) -> HttpResponse:
    return render(request, "web/fault.html", {"title": title, "said": said}, status=status)
