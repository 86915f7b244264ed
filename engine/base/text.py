"""Text for people: display width, wrapping by Chinese rules, padding, visible escapes, the nearest name.

Widths are terminal columns. Everything here is pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import SequenceMatcher

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""Characters no input text may hold: controls (except tab and line feed), surrogates, format, bidirectional and
zero-width characters, invisible fillers. A caller that accepts CR LF line ends normalises them first."""

_HIDDEN_NAMES = {
    0x00: "空字符",
    0x0D: "回车符",
    0x1B: "终端控制符",
    0x7F: "删除符",
    0xAD: "软连字符",
    0x200B: "零宽空格",
    0x200C: "零宽不连字",
    0x200D: "零宽连字",
    0x200E: "从左到右标记",
    0x200F: "从右到左标记",
    0x2028: "行分隔符",
    0x2029: "段分隔符",
    0x202A: "从左到右嵌入",
    0x202B: "从右到左嵌入",
    0x202C: "方向恢复",
    0x202D: "从左到右覆盖",
    0x202E: "从右到左覆盖",
    0x2060: "零宽连接",
    0x2066: "从左到右隔离",
    0x2067: "从右到左隔离",
    0x2068: "方向隔离",
    0x2069: "隔离结束",
    0xFEFF: "字节顺序标记",
    0xFFFD: "替换符，通常是乱码",
}

_ESCAPED = re.compile(HIDDEN.pattern[:-1] + "\t\n]")
_WIDE_RUN = re.compile("[\u3000-\u303e\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60]+")
_NARROW = dict.fromkeys(map(ord, "✓✗→←━─│–—…·×÷−≥≤≠“”‘’"), "x")
_CLOSING = frozenset("、。，．；：？！…—·）］｝〕】》〉」』”’％‰℃,.;:?!)]}%")
_OPENING = frozenset("（［｛〔【《〈「『“‘([{￥$#@")


def hidden_name(char: str) -> str:
    """`U+202E（从右到左覆盖）`: how a hidden character is named to a reader."""
    code = ord(char)
    kind = _HIDDEN_NAMES.get(code) or ("控制字符" if unicodedata.category(char) == "Cc" else "不可见字符")
    return f"U+{code:04X}（{kind}）"


def find_hidden(text: str) -> tuple[int, str] | None:
    """The offset of the first hidden character and its name, or None."""
    match = HIDDEN.search(text)
    return (match.start(), hidden_name(match.group())) if match else None


def visible(text: str) -> str:
    """`text` with every control and hidden character escaped (`\\x1b`, `\\u202e`), safe to print."""
    return _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in "\t\n":
        return {"\t": "\\t", "\n": "\\n"}[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_RADICALS = str.maketrans(
    "⺀⺁⺃⺈⺉⺊⺋⺎⺏⺐⺑⺒⺓⺔⺖⺘⺛⺠⺡⺢⺣⺧⺨⺪⺫⺭⺮⺯⺰⺳⺷⺸⺹⺾⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻏⻐⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "冫厂乚刀刂卜㔾兀尣尢尢巳幺彑忄扌旡民氵氺灬牜犭疋罒礻竹糸纟罓羊羊耂艹艹虎衤覀西见角讠贝足车辶阝钅长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
"""Radicals of U+2E80 that stand for a character in text copied from PDF, and have no compatibility form."""

_LOOK_ALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")


def unified(text: str) -> str:
    """`text` with radicals and compatibility ideographs as the characters they look like: ⼈ (U+2F08) is 人."""
    if not _LOOK_ALIKE.search(text):
        return text
    return _LOOK_ALIKE.sub(lambda m: unicodedata.normalize("NFKC", m.group()).translate(_RADICALS), text)


def folded(name: str) -> str:
    """What two spellings of a name have in common: width of letters and brackets, spaces, case, look-alikes."""
    return "".join(unicodedata.normalize("NFKC", unified(name)).split()).lower()


def width(text: str) -> int:
    """Terminal columns `text` takes. Hidden characters count as nothing; escape them first with `visible`."""
    if text.isascii() and text.isprintable():
        return len(text)
    rest = _WIDE_RUN.sub("", text).translate(_NARROW)
    if rest.isascii() and rest.isprintable():
        return 2 * len(text) - len(rest)
    # The table costs 25 ms to import, so it is read only for characters the two lines above do not know.
    from wcwidth import wcwidth

    return 2 * (len(text) - len(rest)) + sum(max(0, wcwidth(char)) for char in rest)


def pad(text: str, columns: int, align: str = "<") -> str:
    """`text` filled with spaces to `columns`: left `<`, right `>` or centred `^`. Longer text is returned as it is."""
    gap = max(0, columns - width(text))
    left = {"<": 0, ">": gap, "^": gap // 2}[align]
    return " " * left + text + " " * (gap - left)


def clip(text: str, columns: int) -> str:
    """`text` cut to at most `columns`, ending in … where something was cut."""
    if width(text) <= columns:
        return text
    used = 0
    for index, char in enumerate(text):
        used += width(char)
        if used > columns - 1:
            return text[:index] + "…"
    return text


def wrap(text: str, columns: int, *, indent: str = "", hanging: str | None = None) -> list[str]:
    """Lines of at most `columns`, the first led by `indent`, the others by `hanging` (default: `indent`).

    No line starts with closing punctuation or ends with an opening bracket; words in ASCII stay whole. A piece wider
    than a line is cut. Line feeds in `text` are kept as breaks.
    """
    follow = indent if hanging is None else hanging
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lead = follow if lines else indent
        line = ""
        for chunk in _cut(_chunks(paragraph), max(2, columns - max(width(indent), width(follow)))):
            if line and width(lead + line + chunk.rstrip()) > columns:
                lines.append((lead + line).rstrip())
                lead, line = follow, ""
                chunk = chunk.lstrip()
            line += chunk
        lines.append((lead + line).rstrip())
    return lines


def _chunks(text: str) -> Iterator[str]:
    """Pieces between which a line may break; a space stays with the piece before it."""
    start, solid = 0, ""
    for index in range(1, len(text)):
        solid = text[index - 1] if text[index - 1] != " " else solid
        if _may_break(text[index - 1], text[index], solid):
            yield text[start:index]
            start = index
    if start < len(text):
        yield text[start:]


def _may_break(before: str, after: str, solid: str) -> bool:
    """`solid`: what stands before, spaces aside."""
    if after == " " or after in _CLOSING or solid in _OPENING:
        return False
    return before == " " or not (before.isascii() and after.isascii())


def _cut(chunks: Iterable[str], columns: int) -> Iterator[str]:
    for chunk in chunks:
        while width(chunk.rstrip()) > columns:
            size, used = 0, 0
            while size < len(chunk) and used + width(chunk[size]) <= columns:
                used += width(chunk[size])
                size += 1
            yield chunk[: max(1, size)]
            chunk = chunk[max(1, size) :]
        yield chunk


_OPPOSITES = (
    *("前后", "上下", "内外", "多少", "高低", "大小", "早晚", "增减", "加减", "起止", "始终", "初末", "有无", "收发"),
    *("入出", "进出", "长短", "左右", "正负", "正反", "是否", "真假", "升降", "新旧", "启停", "月年", "日年", "月日"),
)
_NEGATING = frozenset("不未非无免勿否")
_NUMERAL = "[零〇一二三四五六七八九十百]+"
_NUMBERED = re.compile(rf"([0-9]+)|第[（(]?({_NUMERAL})[）)]?([条款项目章节]?)|({_NUMERAL})([条款项目章节])")


def reverses(written: str, meant: str) -> bool:
    """Whether taking one for the other would turn a meaning round or change a number: 年前 for 年后, 推荐 for 不予推荐,
    第四条 for 第五条. Such a pair is never offered as a correction."""
    one, other = _numbers(written), _numbers(meant)
    units = [(unit, its) for (_, unit), (_, its) in zip(one, other, strict=False) if unit and its]
    if [number for number, _ in one] != [number for number, _ in other] or any(unit != its for unit, its in units):
        return True
    for what, a, b, c, d in SequenceMatcher(None, written, meant, autojunk=False).get_opcodes():
        lost, gained = set(written[a:b]), set(meant[c:d])
        if what != "equal" and (
            lost.isdisjoint(_NEGATING) != gained.isdisjoint(_NEGATING)
            or any(_opposed(pair, lost, gained) for pair in _OPPOSITES)
        ):
            return True
    return False


def _opposed(pair: str, lost: set[str], gained: set[str]) -> bool:
    one, other = pair[0], pair[1]
    return (one in lost and other in gained) or (other in lost and one in gained)


def _numbers(text: str) -> list[tuple[str, str]]:
    """Every number with what it counts, where it is one of a clause."""
    found = _NUMBERED.findall(unicodedata.normalize("NFKC", text))
    return [(digits.lstrip("0") or first or second, unit or its) for digits, first, unit, second, its in found]


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, or None where none is near. Ties go to the earlier candidate. One that would reverse
    its meaning is not near (`reverses`)."""
    name = unicodedata.normalize("NFKC", name[:60]).strip()
    if not name:
        return None
    best, best_score = None, 0.49
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(name)
    for candidate in candidates:
        matcher.set_seq1(candidate[:60])
        if matcher.real_quick_ratio() <= best_score or matcher.quick_ratio() <= best_score:
            continue
        score = matcher.ratio()
        if score > best_score and not reverses(name, candidate):
            best, best_score = candidate, score
    return best


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """`是否想写 …？` with the nearest candidate, for a Problem's help; None where nothing is near."""
    close = nearest(name, candidates)
    return f"是否想写 `{close}`？" if close else None


def clauses_text(clauses: Iterable[str]) -> str:
    """第七条第（六）项、第八条: citations for people, without the package they come from."""
    return "、".join(clause.rpartition("#")[2] for clause in clauses)


_POINT_OF_ANNEX = re.compile(
    r"附件([一二三四五六七八九十]*)第([一二三四五六七八九十]+)(?![一二三四五六七八九十部条章])(（[^）]+）)?([0-9]+)?"
)


def said_clauses(clauses: Iterable[str]) -> str:
    """The same as a letter says it, every level of an annex by its name: 附件第二（三）2 is 附件第二部分第（三）项第2目."""
    return _POINT_OF_ANNEX.sub(_said_point, clauses_text(clauses))


def _said_point(found: re.Match[str]) -> str:
    annex, part, item, point = found.groups()
    return f"附件{annex}第{part}部分" + (f"第{item}项" if item else "") + (f"第{point}目" if point else "")


NUMERALS = "零一二三四五六七八九"


_NUMERAL_VALUES = {numeral: value for value, numeral in enumerate(NUMERALS)} | {"〇": 0, "两": 2}
_SIZES = {"十": 10, "百": 100, "千": 1000}


def numeral(text: str) -> int | None:
    """The number a Chinese numeral says: 十二 → 12, 一百零五 → 105, 二〇二六 → 2026; None where it is none (or above 9999)."""
    if not text or any(char not in _NUMERAL_VALUES and char not in _SIZES for char in text):
        return None
    if all(char in _NUMERAL_VALUES for char in text):
        return int("".join(str(_NUMERAL_VALUES[char]) for char in text))
    total, digit = 0, 1 if text[0] in _SIZES else 0
    for char in text:
        if char in _SIZES:
            total, digit = total + digit * _SIZES[char], 0
        else:
            digit = _NUMERAL_VALUES[char]
    plain = chinese(total + digit)
    return total + digit if plain in (text, text.replace("两", "二")) else None


_WRITTEN_DATE = re.compile(r"([0-9]{4})(?:[./年-]([0-9]{1,2})[./月-]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))")


def date_written(text: str) -> str | None:
    """A day written in another way, as it should be: 2026年1月5日, 2026.1.5, 2026/1/5, 2026-1-5, 20260105 → 2026-01-05. None
    where it is no day, or the calendar has no such day."""
    found = _WRITTEN_DATE.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    if found is None:
        return None
    year, *rest = (int(part) for part in found.groups() if part)
    try:
        return date(year, rest[0], rest[1]).isoformat()
    except ValueError:
        return None


def long_date(day: date) -> str:
    """2026年1月5日: Arabic numerals, month and day unpadded."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese(number: int) -> str:
    """1 … 9999 in Chinese numerals: 3 → 三, 12 → 十二, 20 → 二十, 105 → 一百零五, 110 → 一百一十; others in digits."""
    if not 1 <= number <= 9999:
        return str(number)
    text, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            text += ("零" if gap and text else "") + NUMERALS[digit] + unit
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text
