"""Self-check: nothing kept, nothing decided, the same rules as the office's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = f"/selfcheck/{quote('认定审查')}"


@pytest.fixture
def visitor(desk: Any) -> Any:
    from django.test import Client

    return Client()


def answers(**said: str) -> dict[str, str]:
    return {f"答-{name}": value for name, value in said.items()}


def test_asks_without_signing_in(visitor: Any) -> None:
    assert "认定审查" in visitor.get("/selfcheck/").content.decode()
    text = visitor.get(PAGE).content.decode()
    assert "还没有开始，先说下面几项" in text
    assert "这是自查，不是决定" in text
    assert text.count('class="question"') == 6


def asked(text: str) -> set[str]:
    return set(re.findall(r'name="答-([^"]+)"', text))


def test_asks_only_what_can_still_matter(visitor: Any) -> None:
    """What follows the answers is what the rules say can still matter, no more."""
    from engine.office import api
    from web.services.rules import packages
    from web.services.selfcheck import case_of

    said = {"驿站类型": "行业型", "专家资源人数": "3人"}
    text = visitor.post(PAGE, answers(**said)).content.decode()
    missing = api.missing(api.open_case(packages(), case_of(said)), "认定审查")
    assert asked(text) - set(said) <= {wanted.name for wanted in missing if wanted.matters or wanted.reopens}
    assert asked(text) >= set(said)


def test_says_what_fails_with_its_clause(visitor: Any) -> None:
    text = visitor.post(PAGE, answers(驿站类型="行业型", 专家资源人数="3人", 常态化对接="")).content.decode()
    assert "专家资源" in text
    assert "第七条第（四）项" in text
    assert "申报受理的结论不是" not in text  # nobody said so


def test_what_only_the_office_can_find_is_not_asked(visitor: Any) -> None:
    from web.services.rules import package

    text = visitor.get(PAGE).content.decode()
    findings = [name for name, fact in package().facts.items() if fact.finding]
    assert not [name for name in findings if f'name="答-{name}"' in text]


def test_wrong_answer_is_told_and_the_others_stay(visitor: Any) -> None:
    found = visitor.post(PAGE, answers(专家资源人数="很多") | {"前-驿站类型": "行业型"})
    assert found.status_code == 422
    text = found.content.decode()
    assert "不是数字" in text
    assert 'value="行业型"' in text


def test_what_was_decided_says_why(visitor: Any) -> None:
    """An application from before the notice: what decides is another determination, and it can be looked into."""
    said = {"驿站类型": "行业型", "机构类别": "高校", "申报单位所在地类别": "县市区", "驿站所在地类别": "县市区"}
    days = {"申报通知发布日期": "2026-03-01", "申报日期": "2026-01-01"}
    text = visitor.post(PAGE, answers(**said, **days)).content.decode()
    assert "按你说的，暂缓审查" in text
    assert "材料审核通过" in text[text.index("差在这些地方") :]
    assert "看申报受理" in text


def test_answers_come_back_as_they_are_asked(visitor: Any) -> None:
    text = visitor.post(PAGE, answers(驿站类型="行业型")).content.decode()
    assert "<option selected>行业型</option>" in text


def test_file_with_a_wrong_value_leads_back_to_the_answers(visitor: Any) -> None:
    found = visitor.post(f"{PAGE}/case.yaml", answers(专家资源人数="很多", 驿站类型="行业型"))
    assert found.status_code == 422
    assert "不是数字" in found.content.decode()


def test_file_reads_as_what_was_said(visitor: Any) -> None:
    from engine.office import api
    from web.services.rules import packages

    said = {"驿站类型": "行业型", "专家资源人数": "14", "申报日期": "2026-09-01"}
    found = visitor.post(f"{PAGE}/case.yaml", answers(**said))
    data = yaml.safe_load(found.content)
    assert data["事实"] == said
    assert api.open_case(packages(), data).case.facts["驿站类型"].value == "行业型"


def test_nothing_is_kept(visitor: Any) -> None:
    from django.contrib.sessions.models import Session

    visitor.post(PAGE, answers(驿站类型="行业型"))
    assert not Session.objects.exists()


@pytest.mark.parametrize("page", [f"/selfcheck/{quote('没有')}", f"/selfcheck/{quote('没有')}/case.yaml"])
def test_no_such_page(visitor: Any, page: str) -> None:
    assert visitor.post(page).status_code == 404
