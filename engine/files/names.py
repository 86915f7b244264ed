"""Names of files and folders that mean the same on every system (pure).

A case number becomes a folder's name as it is. What some system would refuse, hide, cut or read otherwise is refused
here, and so are two names that some system would take for one.
"""

from __future__ import annotations

import re
import unicodedata

from engine.base.text import find_hidden

MAX_BYTES = 200
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
"""What Windows takes for devices, whatever follows the dot."""
_PATH = frozenset('<>:"/\\|?*')
_KINDS = {"Zl": "分行符", "Zp": "分段符", "Co": "自造字", "Cn": "没有规定含义的字符"}


def safe_name(text: str) -> str:
    """`text` as a file name: its characters, composed (NFC)."""
    return unicodedata.normalize("NFC", text)


def unsafe(text: str) -> str | None:
    """Why `text` cannot be the name of a file on every system, in Chinese; None where it can."""
    name = safe_name(text)
    if hidden := find_hidden(name):
        return f"有不可见字符 {hidden[1]}"
    if odd := next((char for char in name if char in _PATH or char in "\t\n"), None):
        return f"有文件名不能用的字符 `{odd if odd.isprintable() else '换行或制表符'}`"
    for char in name:
        kind = unicodedata.category(char)
        if kind in _KINDS or (kind == "Zs" and char not in " \u3000"):
            return f"有{_KINDS.get(kind, '特殊的空格')} U+{ord(char):04X}"
    if not name or name != name.strip(" \u3000.") or name.startswith("~"):
        return "是空的" if not name.strip(" \u3000.") else "以点、空格或 `~` 开头或结尾"
    if _RESERVED.fullmatch(name):
        return f"是系统保留的名称 `{name}`"
    if len(name.encode()) > MAX_BYTES:
        return f"太长，超过 {MAX_BYTES} 字节"
    return None


def key(text: str) -> str:
    """Equal for names that some system would take for one: apart only in case, in width, or in how they are composed."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)
