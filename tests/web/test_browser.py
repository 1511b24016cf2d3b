"""Every page in a real browser, opened by the person it is for, on a desk's screen and on a phone.

No console error, nothing the content policy had to stop, no request to another host, nothing wider than the screen,
and no serious or critical finding of axe.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there: apt-get install chromium runs these tests"
)
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
SCREENS = {"desk": (1440, 900), "phone": (390, 844)}
FIRM = "/firms/{subject}/"
WALKS = {
    None: ("/sign-in/",),
    "leader": ("/", "/figures/gdp/", "/targets/?verdict=behind", FIRM, f"{FIRM}scores/"),
    "officer": (
        "/topics/ladder/", "/topics/growth-index/", "/topics/incubators/tenants/", "/gate/", f"{FIRM}policies/",
        f"{FIRM}ladder/",
    ),
    "finance": (),
    "steward": (
        "/steward/rejects/", "/steward/quarantine/", "/steward/sources/", "/steward/runs/", "/steward/upload/",
        "/steward/resolve/", "/steward/jobs/", "/password/",
    ),
    "enterprise": (FIRM,),
    "administrator": ("/admin/accounts/user/",),
}  # fmt: skip
"""Pages below those of the navigation, which everybody walks as far as it is theirs."""
WATCH = "addEventListener('securitypolicyviolation', event => (window.stopped ??= []).push(event.violatedDirective))"
FINDINGS = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => `${each.id}: ${each.nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ")}`))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


def _signed_in(browser: Any, served: Any, role: str | None, screen: str, **more: Any) -> Any:
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **more)
    context.add_init_script(WATCH)
    page = context.new_page()
    if role is not None:
        page.goto(f"{served.address}/sign-in/")
        page.fill("input[name=username]", role)
        page.fill("input[name=password]", served.passwords[role])
        page.locator("main button[type=submit], main form button").first.click()
        page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("role", WALKS, ids=lambda role: role or "stranger")
def test_every_page_of_a_person_is_sound(role: str | None, screen: str, browser: Any, served: Any) -> None:
    page, faults = _signed_in(browser, served, role, screen), []
    page.on("console", lambda said: faults.append((page.url, said.text)) if _is_error(said) else None)
    page.on("pageerror", lambda error: faults.append((page.url, str(error))))
    page.on("request", lambda asked: faults.append(("foreign", asked.url)) if _is_foreign(asked.url, served) else None)
    menu = page.eval_on_selector_all("header nav a", "links => links.map(link => link.getAttribute('href'))")
    deeper = [address.format(subject=served.subject) for address in WALKS[role]]
    for address in dict.fromkeys([*menu, *deeper]):
        answer = page.goto(served.address + address)
        page.wait_for_load_state("networkidle")
        assert answer.status == 200, (address, answer.status)
        faults += [(address, each) for each in _faults_of(page)]
    page.context.close()
    assert not faults


def _is_error(said: Any) -> bool:
    """Django's administration names no icon, so browsers ask for the usual one in vain."""
    return said.type == "error" and not said.location["url"].endswith("/favicon.ico")


def _is_foreign(address: str, served: Any) -> bool:
    return urlsplit(address).scheme not in {"data", "blob"} and not address.startswith(served.address)


def _faults_of(page: Any) -> list[str]:
    stopped = [f"stopped by the content policy: {each}" for each in page.evaluate("window.stopped ?? []")]
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wide = [f"{beyond} px wider than the screen"] if beyond > 1 and "/admin/" not in page.url else []
    # Django's own administration is checked for what it loads and runs, not for its design.
    page.evaluate(AXE)
    found = [] if "/admin/" in page.url else page.evaluate(FINDINGS)
    return [*stopped, *wide, *found]


def test_a_dark_screen_has_contrast_too(browser: Any, served: Any) -> None:
    page, faults = _signed_in(browser, served, "leader", "desk", color_scheme="dark"), []
    for address in ("/", "/figures/", "/contradictions/", FIRM.format(subject=served.subject)):
        page.goto(served.address + address)
        page.wait_for_load_state("networkidle")
        faults += [(address, each) for each in _faults_of(page)]
    page.context.close()
    assert not faults


def test_a_person_can_work_by_keyboard_alone(browser: Any, served: Any) -> None:
    page = _signed_in(browser, served, "leader", "desk")
    page.goto(f"{served.address}/figures/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.context.close()


def test_a_draft_with_a_script_in_it_is_shown_and_not_run(browser: Any, served: Any) -> None:
    page, opened = _signed_in(browser, served, "officer", "desk"), []
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    page.goto(f"{served.address}/gate/")
    page.fill(
        "textarea[name=text]", "<script>alert(1)</script><img src=x onerror=alert(2)>全年生产总值 100 亿元，增长 5%。"
    )
    page.locator("main form:has(textarea) button").first.click()
    page.wait_for_load_state("networkidle")
    assert "<script>alert(1)</script>" in page.inner_text("main")
    assert not opened and not page.evaluate("window.stopped ?? []")
    page.context.close()
