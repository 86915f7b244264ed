"""A reviewer's story in a real browser, by keyboard alone, against `guiju serve` as it is started; nothing is fetched from
elsewhere. Needs Chromium: without it these are skipped, and say so."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Chromium：apt-get install chromium")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a workbench of its own, and the passwords it printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path_factory.mktemp("served") / "data"
    command = [sys.executable, "-u", str(ROOT / "cli.py"), "serve", "--port", str(port), "--data", str(data)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        passwords: dict[str, str] = {}
        assert server.stdout is not None
        for line in server.stdout:
            if found := re.fullmatch(r"  (\w+) .* (\S+)\n", line):
                passwords[found[1]] = found[2]
            if line.startswith("工作台在"):
                break
        for _ in range(300):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", passwords
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def page(served: tuple[str, dict[str, str]]) -> Iterator[Any]:
    """A page of 1366×768 where nothing may be asked of other hosts, and no script may fail."""
    from playwright.sync_api import sync_playwright

    address, _ = served
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1366, "height": 768}, base_url=address)
        opened.set_default_timeout(60_000)
        strangers: list[str] = []
        opened.on("request", lambda asked: strangers.append(asked.url) if not asked.url.startswith(address) else None)
        opened.on("pageerror", lambda error: strangers.append(str(error)))
        yield opened
        assert strangers == []
        browser.close()


def signed_in(page: Any, passwords: dict[str, str], login: str) -> None:
    page.goto("/")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(passwords[login])
    page.keyboard.press("Enter")
    page.wait_for_url("**/todo*")


def test_case_is_worked_on_without_a_mouse(page: Any, served: tuple[str, dict[str, str]]) -> None:
    signed_in(page, served[1], "chen")
    for _ in range(20):
        page.keyboard.press("j")
        if "FZ-2026-014" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/case/FZ-2026-014/**")
    page.keyboard.press("n")
    page.wait_for_url("**name=*")
    asked = page.locator("form.ask h3").inner_text()
    page.locator("form.ask input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector(".note.success")
    assert f"已存：{asked.split()[0]} = 是" in page.locator(".note.success").inner_text()


def test_nothing_is_wider_than_the_page(page: Any, served: tuple[str, dict[str, str]]) -> None:
    signed_in(page, served[1], "zhou")
    for address in ("/todo", "/todo?tab=期限事项", "/rules", "/case/FZ-2026-003/认定审查", "/case/FZ-2026-003/letters"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, address


def test_page_works_without_scripts(served: tuple[str, dict[str, str]]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False, base_url=served[0]).new_page()
        page.goto("/login")
        page.fill("#username", "zhou")
        page.fill("#password", served[1]["zhou"])
        page.click("button.main")
        page.goto("/case/FZ-2026-014/认定审查?name=配套资金承诺")
        page.click("form.ask label >> nth=0")
        page.click("form.ask button.main")
        assert "已存：配套资金承诺 = 是" in page.locator(".note.success").inner_text()
        browser.close()
