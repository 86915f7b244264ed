"""Traces over a ledger of a hundred thousand recorded decisions: how long each question takes.

    python bench/tracing.py [--decisions 100000] [--ledger FILE]

Fills a ledger with decisions as `guiju` records them (entries, sealed parts and rows; what they are based on is left out),
then asks; times are the processor's. FILE is kept and used again where it is named.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

CLAUSES = [f"第{chapter}条第（{item}）项" for chapter in "四五六七八九" for item in "一二三四五六"]
CRITERIA = [f"准则{number:02}" for number in range(30)]
FACTS = [f"事实{number:02}" for number in range(25)]
PERSONS = [f"审查员{number:03}" for number in range(200)]
READINGS = [f"Q{number:02} 口径{number:02}" for number in range(20)]
DISTRICTS = [f"{name}区" for name in "甲乙丙丁戊己庚辛"]
OUTCOMES = (("认定", True, "有利决定"), ("不予认定", False, "不利决定"), ("待查", False, ""))
ROLES = ("决定理由", "满足", "提及")


def fill(path: Path, decisions: int) -> None:
    from engine.record import sqlite
    from engine.record.act import Act, By

    chance, start = random.Random(15), date(2020, 1, 1)
    store = sqlite.create(path, "2020-01-01T09:00:00+08:00")
    done = 0
    while done < decisions:
        with store.writing() as writer:
            for number in range(done, min(done + 5000, decisions)):
                day = start + timedelta(number * 2000 // decisions)
                at, case = f"{day.isoformat()}T10:00:00+08:00", f"案-{day.year}-{number // 4:06}"
                outcome, favourable, nature = chance.choice(OUTCOMES)
                links = [
                    ["条款", one, chance.choice(ROLES), chance.choice(("不利", ""))]
                    for one in chance.sample(CLAUSES, 15)
                ]
                links += [
                    ["准则", one, chance.choice(ROLES), "未满足 应当 不利"] for one in chance.sample(CRITERIA, 15)
                ]
                links += [["事实", one, chance.choice(ROLES), ""] for one in chance.sample(FACTS, 12)]
                links += [["口径", one, "决定理由", "某项（解释口径）"] for one in chance.sample(READINGS, 3)]
                links += [["参数", "场次下限", "决定理由", "10场（实施口径（示例））"]] if number % 50 == 0 else []
                persons = [["人员", one, "决定理由", f"认定 {FACTS[0]}"] for one in chance.sample(PERSONS, 3)]
                persons += (
                    [["人员", persons[0][1], "决定理由", f"准予例外 {CRITERIA[0]}：理由"]] if number % 40 == 0 else []
                )
                open_ = {
                    "规范": "某规范",
                    "决定": "认定审查",
                    "结果": outcome,
                    "性质": nature,
                    "有利": favourable,
                    "金额": "",
                    "基准日": day.isoformat(),
                    "所据码": f"{number:012X}",
                    "规则": f"sha256:{number // 20000:064x}",
                    "关联": links,
                }
                fields = {"地区": chance.choice(DISTRICTS), "类型": chance.choice("ABCDE")}
                sealed = {
                    "案件": case,
                    "当事人": f"当事人{number // 4}",
                    "关联": persons,
                    "栏目": fields,
                    "事实摘要": f"{number}",
                }
                entry = writer.record(Act("决定", open_, sealed), at, By(chance.choice(PERSONS), ("审查",)))
                if number % 3 == 0:
                    serial = number // 3 + 1
                    said = {
                        "文书": "认定通知",
                        "文号": f"某〔{day.year}〕{serial}号",
                        "代字": "某",
                        "年份": day.year,
                        "流水号": serial,
                    }
                    said |= {"新号": True, "成文日期": day.isoformat(), "凭据码": f"{number:012}", "决定": "认定审查"}
                    letter = Act("文书", said, {"案件": case, "当事人": f"当事人{number // 4}", "据": [entry.seq]})
                    writer.record(letter, at, By(chance.choice(PERSONS), ("签发",)))
        done = min(done + 5000, decisions)
    store.close()


def ask(path: Path) -> None:
    from engine.office.tracing import listed, subject, trace
    from engine.record import sqlite
    from engine.record.audit import Filters, heat
    from engine.record.audit_lists import LISTS

    store = sqlite.opened(path, reading=True)
    ((count,),) = store.sql.run("SELECT COUNT(*) FROM decisions")
    ((links,),) = store.sql.run("SELECT COUNT(*) FROM links")
    print(f"{count} 项决定，{links} 个关联，{store.head().seq} 条，{path.stat().st_size / 1e6:.0f} MB")
    year = Filters("2023-01-01", "2023-12-31")
    for text, filters, by in (
        *(
            (text, Filters(), ())
            for text in ("第7条第(6)项", "第七条", "准则07", "事实03", "审查员017", "Q05", "场次下限")
        ),
        ("第七条第（六）项", Filters(), ("地区", "类型")),
        ("第七条第（六）项", year, ("地区",)),
        ("第七条第（六）项", Filters(role="决定理由", outcome="不予认定", fields=(("地区", "甲区"),)), ()),
        *((text, Filters(), ()) for text in ("案-2022-010000", "当事人10000", "某〔2020〕100号")),
    ):
        begin = time.process_time()
        found, _ = trace(store, subject(store, text), filters, by, 20)
        said = "、".join(filter(None, (filters.since[:4], filters.role, *(f"按{one}" for one in by))))
        print(
            f"{(time.process_time() - begin) * 1000:7.0f} ms  {text[-12:]} {said}  {found.total} 项决定，{found.letters} 件文书"
        )
    for name in LISTS:
        begin = time.process_time()
        rows = listed(store, name, Filters()).rows
        print(f"{(time.process_time() - begin) * 1000:7.0f} ms  清单 {name}  {len(rows)} 项")
    for filters in (Filters(), year):
        begin = time.process_time()
        print(f"{len(heat(store, filters))} 条款", end="  ")
        print(f"{(time.process_time() - begin) * 1000:7.0f} ms  热度 {filters.since[:4]}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--decisions", type=int, default=100_000)
    parser.add_argument("--ledger", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = given.ledger or Path(folder) / "账本.db"
        if not place.exists():
            begun = time.process_time()
            fill(place, given.decisions)
            print(f"写好 {time.process_time() - begun:.0f} 秒")
        ask(place)
