"""Tokens made, found again by what is sent, and withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from web.api.models import Token
from web.models import Person

MARK = "guiju_"
"""How every token begins, so that one that got somewhere it does not belong can be found."""
_SOON = timedelta(minutes=5)
"""How exactly it is kept when a token was last used: not every question is to write."""


class Unsuited(Exception):
    """A token that cannot be made so: why, in Chinese."""


def made(person: Person, label: str, scopes: Sequence[str], days: int, known: Sequence[str]) -> str:
    """A new token of `person`, good for `days`; it is shown this once. Raises `Unsuited`."""
    if wrong := [scope for scope in scopes if scope not in known]:
        raise Unsuited(f"没有范围 `{wrong[0]}`，有 {'、'.join(known)}")
    if Token.objects.filter(label=label).exists():
        raise Unsuited(f"已经有用途是 `{label}` 的令牌，换一个说法，或先作废再用别的名称")
    if not person.is_active:
        raise Unsuited(f"`{person.login}` 已经停用")
    token = MARK + secrets.token_urlsafe(32)
    until = timezone.now() + timedelta(days=days)
    Token.objects.create(person=person, label=label, digest=_digest(token), scopes=list(scopes), until=until)
    return token


def found(sent: str) -> Token | None:
    """The token that was sent, if it is good still and whose it is still works here."""
    now = timezone.now()
    token = Token.objects.select_related("person").filter(digest=_digest(sent), until__gt=now, withdrawn=None).first()
    if token is None or not token.person.is_active:
        return None
    if token.used is None or now - token.used > _SOON:
        Token.objects.filter(pk=token.pk).update(used=now)
    return token


def withdrawn(label: str) -> bool:
    """Ends a token; whether there was one that had not ended."""
    return bool(Token.objects.filter(label=label, withdrawn=None).update(withdrawn=timezone.now()))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
