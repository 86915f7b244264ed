"""The chain of the ledger: what is done to entries is found, and told as what it was."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.record import verify
from engine.record.act import Act, By, body, read_body, seal, stamp
from engine.record.chain import START, Entry, Head, following, has_sm3, linked, read_head
from engine.record.lines import Content, Kept, Spoilt, content_line, digest_of, entry_line, read
from engine.record.verify import Fault, check
from tests.sizes import examples, sized

AT = "2026-03-01T09:00:00+08:00"
SECOND = has_sm3()


def bodies(count: int) -> list[bytes]:
    return [body(Act("事件", {"次": number}), AT, By("林岚", ("审查",)), None) for number in range(1, count + 1)]


def chain(count: int, *, with_sm3: bool = False, said: list[bytes] | None = None) -> list[Entry]:
    entries: list[Entry] = []
    for text in said or bodies(count):
        entries.append(following(entries[-1] if entries else None, text, with_sm3=with_sm3))
    return entries


def told(entries: list[Entry], *heads: Head) -> list[tuple[str, int]]:
    return [(fault.kind, fault.seq) for fault in check(entries, heads).faults]


def numbered(entries: list[Entry], first: int) -> list[Entry]:
    """Stored under consecutive numbers, as in a table whose key is the number."""
    return [replace(entry, seq=number) for number, entry in enumerate(entries, first)]


def altered(entries: list[Entry]) -> list[Entry]:
    return [
        *entries[:4],
        replace(entries[4], body=entries[4].body.replace("林岚".encode(), "林兰".encode())),
        *entries[5:],
    ]


def resealed(entries: list[Entry]) -> list[Entry]:
    """One body altered, and its own hash made anew."""
    entry = altered(entries)[4]
    return [*entries[:4], replace(entry, hash=linked(entry.seq, entry.prev, entry.body)), *entries[5:]]


def remade(entries: list[Entry]) -> list[Entry]:
    """One body altered, and the whole chain made anew from there."""
    return chain(0, said=[entry.body for entry in altered(entries)])


def swapped(entries: list[Entry]) -> list[Entry]:
    one, other = replace(entries[2], body=entries[6].body), replace(entries[6], body=entries[2].body)
    return [*entries[:2], one, *entries[3:6], other, *entries[7:]]


def exchanged(entries: list[Entry]) -> list[Entry]:
    """Two rows under each other's number."""
    one, other = replace(entries[6], seq=3), replace(entries[2], seq=7)
    return [*entries[:2], one, *entries[3:6], other, *entries[7:]]


HEAD = chain(10)[-1].head
DONE: list[tuple[str, Callable[[list[Entry]], list[Entry]], list[tuple[str, int]], tuple[Head, ...]]] = [
    ("nothing", lambda e: e, [], (HEAD,)),
    ("altered", altered, [("改动", 5)], ()),
    ("altered with its hash", resealed, [("脱节", 6)], ()),
    ("made anew, nothing kept elsewhere", remade, [], ()),
    ("made anew, against an older head", remade, [("重算", 10)], (HEAD,)),
    ("bodies exchanged", swapped, [("互换", 3), ("互换", 7)], ()),
    ("rows exchanged", exchanged, [("错位", 3), ("错位", 7)], ()),
    (
        "lines exchanged",
        lambda e: [*e[:2], e[6], *e[3:6], e[2], *e[7:]],
        [("错位", 3), ("错位", 4), ("错位", 5), ("错位", 6)],
        (),
    ),
    ("dropped", lambda e: e[:4] + e[5:], [("缺失", 5)], ()),
    ("several dropped", lambda e: e[:2] + e[5:], [("缺失", 3)], ()),
    (
        "dropped and numbered anew",
        lambda e: e[:4] + numbered(e[5:], 5),
        [("缺失", 5), *(("错位", n) for n in range(5, 10))],
        (),
    ),
    (
        "dropped, the next one's link put right",
        lambda e: [*e[:4], replace(e[5], prev=e[3].hash), *e[6:]],
        [("改动", 6), ("缺失", 5)],
        (),
    ),
    ("the first dropped", lambda e: e[1:], [("缺失", 1)], ()),
    ("twice", lambda e: [*e[:5], e[4], *e[5:]], [("重复", 5)], ()),
    ("reversed", lambda e: e[::-1], [("错位", n) for n in range(1, 10)], ()),
    ("tail cut, nothing kept elsewhere", lambda e: e[:7], [], ()),
    ("tail cut, against an older head", lambda e: e[:7], [("截尾", 7)], (HEAD,)),
    ("all gone", lambda e: [], [("截尾", 0)], (HEAD,)),
    ("a hash altered", lambda e: [*e[:4], replace(e[4], hash=bytes(32)), *e[5:]], [("改动", 5)], ()),
    ("a link altered", lambda e: [*e[:4], replace(e[4], prev=START), *e[5:]], [("改动", 5)], ()),
    ("another ledger's tail", lambda e: e[:5] + chain(0, said=bodies(11)[1:])[5:], [("脱节", 6)], ()),
    ("no act", lambda e: [*e, following(e[-1], b'{"x":1}')], [("读不懂", 11)], ()),
    ("a newer format", lambda e: [*e, following(e[-1], '{"格式":2}'.encode())], [("格式较新", 11)], ()),
]


@pytest.mark.parametrize(("done", "faults", "heads"), [row[1:] for row in DONE], ids=[row[0] for row in DONE])
def test_what_was_done_is_named(
    done: Callable[[list[Entry]], list[Entry]], faults: list[tuple[str, int]], heads: tuple[Head, ...]
) -> None:
    assert sorted(told(done(chain(10)), *heads)) == sorted(faults)


def test_every_fault_is_a_line_of_chinese_with_its_number() -> None:
    for _name, done, faults, heads in DONE:
        for fault in check(done(chain(10)), heads).faults:
            assert str(fault.seq) in fault.said
            assert fault.said[0] in "第缺账"
        assert bool(faults) != check(done(chain(10)), heads).whole


@settings(max_examples=examples(60), deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_no_change_of_any_kind_goes_unseen(chance: random.Random, second: bool) -> None:
    """A byte anywhere, an entry left out, put twice or moved: found, though the last one left out only by a head."""
    entries = chain(12, with_sm3=second and SECOND)
    head, at = entries[-1].head, chance.randrange(12)
    entry = entries[at]
    part = chance.choice(["prev", "body", "hash", *(["sm3"] if entry.sm3 else [])])
    data = bytearray(getattr(entry, part))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    changed = [
        [*entries[:at], replace(entry, **{part: bytes(data)}), *entries[at + 1 :]],
        entries[:at] + entries[at + 1 :],
        [*entries[:at], entry, *entries[at:]],
        entries[1:] + entries[:1],
    ]
    for done in changed:
        assert not check(done, [head]).whole
    assert check(entries, [head]).whole


@pytest.mark.parametrize("part", ["sm3", "hash"])
def test_each_chain_is_bound_by_its_own_links(part: str) -> None:
    """Made anew in SHA-256 alone, the second chain no longer fits, and the other way round."""
    assert SECOND
    entries, other = chain(6, with_sm3=True), chain(0, with_sm3=True, said=bodies(7)[1:])
    mixed = [replace(one, **{part: getattr(two, part)}) for one, two in zip(entries, other, strict=True)]
    kinds = {fault.kind for fault in check(mixed).faults}
    assert kinds == {verify.SECOND} if part == "sm3" else kinds >= {verify.ALTERED}


def test_a_second_chain_is_not_left_off_on_the_way() -> None:
    entries = chain(6, with_sm3=True)
    assert told([*entries[:3], replace(entries[3], sm3=b""), *entries[4:]]) == [("国密不符", 4)]


def test_a_head_is_printed_and_read_back() -> None:
    head = chain(3)[-1].head
    assert read_head(str(head)) == head
    assert read_head(head.short.lower()).agrees(chain(3)[-1].hash)
    for text in ("", "0-" + "a" * 20, "3-abc", "3-" + "g" * 20, "٣-" + "a" * 20, "9" * 17 + "-" + "a" * 20):
        with pytest.raises(ValueError):
            read_head(text)


# ---- what an entry says ----


def test_what_is_sealed_can_be_taken_away_and_the_chain_holds() -> None:
    act = Act("决定", {"结果": "通过"}, {"案件": "甲"})
    sealed = seal(act, bytes(16))
    assert sealed is not None
    said = body(act, AT, By(), sealed)
    assert "甲" not in said.decode()
    assert read_body(said).seal == sealed.digest
    assert seal(act, b"\1" * 16) != sealed
    assert check([following(None, said)]).whole


def test_a_body_is_read_back_and_nothing_else_is() -> None:
    said = body(Act("事件", {"事件": "受理"}), AT, By("林岚", ("审查", "科长")), None)
    read_back = read_body(said)
    assert (read_back.at, read_back.kind, read_back.by, read_back.open, read_back.day) == (
        AT,
        "事件",
        By("林岚", ("审查", "科长")),
        {"事件": "受理"},
        "2026-03-01",
    )
    for wrong in (
        b"",
        b"[]",
        said + b" ",
        said.replace('"类别":"事'.encode(), '"类别":"情'.encode()),
        said.replace(b"+08", b"+09"),
    ):
        with pytest.raises(ValueError):
            read_body(wrong)


def test_times_are_told_in_the_office_s_zone() -> None:
    assert stamp(datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=8)))) == AT
    with pytest.raises(ValueError):
        stamp(datetime(2026, 3, 1, 9, tzinfo=UTC))
    with pytest.raises(ValueError):
        body(Act("没有这种"), AT, By(), None)


# ---- as text ----


def test_lines_are_read_back_and_each_byte_of_them_counts() -> None:
    acts = [Act("决定", {"结果": "通过"}, {"案件": f"案件{n}", "值": ["𠮷", "1.50"]}) for n in range(3)]
    seals = [seal(act, bytes([n]) * 16) for n, act in enumerate(acts)]
    entries = chain(0, with_sm3=True, said=[body(a, AT, By(), s) for a, s in zip(acts, seals, strict=True)])
    kept = [Kept(entry, sealed) for entry, sealed in zip(entries, seals, strict=True)]
    content = Content(digest_of(b"\0\xff"), b"\0\xff")
    lines = [*map(entry_line, kept), content_line(content)]
    assert list(read(lines)) == [*kept, content]
    chance = random.Random(1)
    data = "\n".join(lines).encode()
    for _ in range(sized(300, 20_000)):
        spoilt = bytearray(data)
        spoilt[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        found = list(read(bytes(spoilt).decode("utf-8", "replace").split("\n")))
        assert found != [*kept, content]
        assert Spoilt not in map(type, found) or not all(map(_fits, found))
        assert (
            not all(map(_fits, found))
            or not check([k.entry for k in found if isinstance(k, Kept)], [entries[-1].head]).whole
        )


def _fits(found: Kept | Content | Spoilt) -> bool:
    match found:
        case Kept(entry, sealed):
            return sealed is not None and sealed.digest.encode() in entry.body
        case Content(digest, data):
            return digest == digest_of(data)
    return False


def test_faults_are_values() -> None:
    assert Fault("改动", 3, "第 3 条改动过") == check([*chain(2), replace(chain(3)[2], hash=bytes(32))]).faults[0]
