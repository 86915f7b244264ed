"""Numbers that name a person, a body or an account and carry a check: 身份证号 (GB 11643), 统一社会信用代码 (GB 32100), 账号.

The check digits are python-stdnum's. Its lists of places and registrars are not used: a number of a county that has been
dissolved, or of a registrar its list lacks, is as good as any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_SEPARATORS = str.maketrans("", "", " -\u2013\u2014\t")
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_BODY = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{6,32}", re.ASCII)
_CARD = re.compile(r"62[0-9]{14,17}", re.ASCII)
"""A bank card issued in China: 16 to 19 digits that begin with 62. Accounts of bodies have lengths of their own."""


def unified_identifier(text: str) -> str:
    """The number as it is kept: half-width capitals, without the spaces and dashes that people group its digits by."""
    return unicodedata.normalize("NFKC", text).translate(_SEPARATORS).upper()


def objection(word: str, number: str) -> str:
    """What is wrong with a unified number of the type `word`, in Chinese; "" where nothing is."""
    return IDENTIFIERS[word](number)


def _resident(number: str) -> str:
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError

    if not _RESIDENT.fullmatch(number):
        return f"应是 17 位数字加 1 位校验码（数字或 X），现有 {len(number)} 位"
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return f"第 7 至 14 位 {number[6:14]} 不是日期"
    return "" if number[-1] == ric.calc_check_digit(number) else "校验码不符，至少有一位写错了"


def _body(number: str) -> str:
    from stdnum.cn import uscc

    if not _BODY.fullmatch(number):
        return f"应是 18 位数字和大写字母（不用 I、O、S、V、Z），第 3 至 8 位是数字，现有 {len(number)} 位"
    return "" if number[-1] == uscc.calc_check_digit(number[:-1]) else "校验码不符，至少有一位写错了"


def _account(number: str) -> str:
    from stdnum import luhn

    if not _ACCOUNT.fullmatch(number):
        return "应只有数字，6 至 32 位"
    return "银行卡号的校验码不符，至少有一位写错了" if _CARD.fullmatch(number) and not luhn.is_valid(number) else ""


IDENTIFIERS: Mapping[str, Callable[[str], str]] = {"身份证号": _resident, "统一社会信用代码": _body, "账号": _account}
"""Type word of a fact or column -> what is wrong with a unified number."""
