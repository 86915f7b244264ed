"""A request in, JSON out: who asks, whether he may, whether what he sends is what is declared, and only then what is done."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ValidationError

from engine.base.problem import Refused
from web.api import tokens
from web.api.faults import Fault, fault, told, unshaped
from web.api.openapi import document
from web.api.operations import JSON, OPERATIONS, SCOPES, Asked, Operation, Sheet
from web.faults import numbered
from web.models import Person
from web.services.roles import Denied

_LOG = logging.getLogger("web")
MOST_JSON, MOST_FILE = 1_000_000, 20_000_000
"""Bytes that are taken."""
Answers = Callable[..., HttpResponse]


def _plain(answer: Callable[..., HttpResponse]) -> Answers:
    """A page of the interface: no session, no form; whatever is wrong is JSON."""

    def answering(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            return answer(request, **parts)
        except Fault as wrong:
            return _faulty(wrong)
        except Denied as denied:
            return _faulty(fault(403, "A403", denied.said, "由有这项职责的人的令牌来办"))
        except ObjectDoesNotExist:
            return _faulty(fault(404, "A404", "没有这个案件", "案号要与工作台里的一样"))
        except Refused as refused:
            status = 500 if any(one.code in ("E920", "E921", "E922") for one in refused.problems) else 422
            return _faulty(Fault(status, *map(told, refused.problems)))
        except Exception as error:  # the last resort: a number, and the log has the trace
            number = numbered(request, error)
            return _faulty(
                fault(500, "A500", f"没有完成，什么都没有改；编号 {number}", "再试一次；还不行，把编号告诉管理员")
            )

    return never_cache(csrf_exempt(login_not_required(answering)))


def _faulty(wrong: Fault) -> HttpResponse:
    answer = _json(wrong.status, {"错误": wrong.wrong})
    if wrong.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def _json(status: int, data: Any) -> HttpResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


@_plain
def openapi(request: HttpRequest) -> HttpResponse:
    """What can be asked, for programs."""
    if request.method not in ("GET", "HEAD"):
        raise fault(405, "A405", f"不收 {request.method}", "用 GET")
    return _json(200, document())


@_plain
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """No such address."""
    raise fault(404, "A404", f"没有地址 `/api/{rest}`", "见 /api/v1/openapi.json")


def _page(operations: dict[str, Operation]) -> Answers:
    """The page of an address, by what is to be done there."""

    def answer(request: HttpRequest, **parts: str) -> HttpResponse:
        one = operations.get(str(request.method))
        if one is None:
            raise fault(405, "A405", f"不收 {request.method}", f"用 {'、'.join(operations)}")
        person = _whose(request, one)
        body, file = _sent(request, one)
        query = _checked(one.query, dict(request.GET.items())) if one.query is not None else None
        status, given = one.do(Asked(person, parts, body, query, file))
        if isinstance(given, BaseModel):
            return _json(status, given.model_dump(mode="json", by_alias=True))
        return _file(given)

    return _plain(answer)


def _file(given: Sheet) -> HttpResponse:
    answer = HttpResponse(given.data, content_type=given.kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(given.name)}"
    return answer


def _whose(request: HttpRequest, one: Operation) -> Person:
    """Whose token was sent, if it is good for this."""
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not sent:
        raise fault(401, "A401", "没有令牌", "写 Authorization: Bearer 令牌")
    token = tokens.found(sent.strip())
    if token is None:
        raise fault(401, "A401", "令牌不能用：抄错了，过期了，或已经作废", "请管理员另发一个")
    if one.scope not in token.scopes:
        has = "、".join(token.scopes) or "无"
        raise fault(403, "A403", f"令牌没有范围 `{one.scope}`，有 {has}", f"请管理员另发一个能{SCOPES[one.scope]}的")
    _LOG.info("接口", extra={"told": {"做": one.name, "令牌": token.pk}})
    return token.person


def _sent(request: HttpRequest, one: Operation) -> tuple[Any, tuple[str, bytes] | None]:
    """The body, checked; or a file with its type."""
    if one.body is None:
        return None, None
    kind = (request.content_type or "").lower()
    if kind != JSON and kind not in one.files:
        said = f"内容的类型是 `{kind}`" if kind else "没有写明内容的类型"
        raise fault(415, "A415", said, f"写 Content-Type: {'，或 '.join((JSON, *one.files))}")
    most = MOST_JSON if kind == JSON else MOST_FILE
    data = request.read(most + 1)
    if len(data) > most:
        raise fault(413, "A413", f"超过 {most // 1_000_000} MB", "改小以后再发；台账从工作台上传")
    if kind != JSON:
        return None, (kind, data)
    return _checked(one.body, _read(data)), None


def _checked(model: type[BaseModel], data: Any) -> BaseModel:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise unshaped(error) from None


def _read(data: bytes) -> Any:
    """JSON, in which no key stands twice and no digit is lost."""
    try:
        return json.loads(data.decode("utf-8"), parse_float=Decimal, parse_constant=_strange, object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise fault(400, "A400", "不是 UTF-8", "用 UTF-8 编码") from None
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 个字符"
        raise fault(400, "A400", f"不是 JSON：{place}读不下去", "核对引号、逗号和括号") from None
    except (RecursionError, ValueError) as error:
        said = str(error) if not str(error).isascii() else "嵌套太深，或数字太长"
        raise fault(400, "A400", f"不是读得懂的 JSON：{said}", "改了再发") from None


def _strange(text: str) -> Any:
    raise ValueError(f"`{text}` 不是数")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"`{twice}` 写了两次")
    return found


def addresses() -> list[URLPattern]:
    """Below /api/: what can be asked, and that there is nothing else."""
    by_path: dict[str, dict[str, Operation]] = {}
    for one in OPERATIONS:
        by_path.setdefault(one.path, {})[one.method] = one
    found = [
        path(f"v1/{address.replace('{', '<str:').replace('}', '>')}", _page(operations))
        for address, operations in by_path.items()
    ]
    return [path("v1/openapi.json", openapi), *found, path("<path:rest>", nowhere), path("", nowhere, {"rest": ""})]
