"""Every page in a real browser, opened by the person it is for: at a desk, on a phone, in the dark, in English.

No console error, nothing the content policy had to stop, no request to another host, nothing wider than the screen,
no serious or critical finding of axe. In English no Chinese but what the zone wrote, and that marked as Chinese.
"""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from duofeng.tell import catalogue

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
    "leader": ("/", "/?screen=1", "/figures/gdp/", "/targets/?verdict=behind", FIRM, f"{FIRM}scores/"),
    "officer": (
        "/studio/", "/policies/high-tech-income-tax/near/", "/policies/high-tech-income-tax/who/",
        "/policies/high-tech-income-tax/unknown/", "/scores/tech-sme/", "/scores/tech-sme/card/",
        "/scores/tech-sme/compare/", "/scores/innovation-points/versions/", "/scores/tech-sme/versions/",
        "/topics/ladder/", "/topics/growth-index/", "/topics/incubators/tenants/",
        "/gate/", f"{FIRM}policies/", f"{FIRM}ladder/",
    ),
    "finance": ("/payments/", "/policies/high-tech-income-tax/"),
    "steward": (
        "/steward/rejects/", "/steward/quarantine/", "/steward/sources/", "/steward/runs/", "/steward/upload/",
        "/steward/resolve/", "/steward/jobs/", "/steward/arrivals/", "/steward/runs/difference/", "/disputes/",
        "/password/", "/account/second-factor/",
    ),
    "enterprise": (FIRM, f"{FIRM}dispute/?attribute=employees&period=2023"),
    "administrator": ("/admin/accounts/user/",),
}  # fmt: skip
"""Pages below those of the navigation, which everybody walks as far as it is theirs."""
WATCH = "addEventListener('securitypolicyviolation', event => (window.stopped ??= []).push(event.violatedDirective))"
FINDINGS = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => `${each.id}: ${each.nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ")}`))"""


ALL_TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const inside = walker.currentNode.parentElement;
    if (!inside.closest("script, textarea, td, li, dd, option, form [lang]")) found.push(walker.currentNode.data);
  }
  return found;
}"""
"""Cells, entries of lists and choices are content: a declared source may be called what a text of ours says."""
CHINESE = """() => {
  const han = /[\\u3400-\\u9fff\\uff08\\uff09\\uff0c\\uff1a\\uff1b\\u3001\\u3002]/, found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const inside = walker.currentNode.parentElement, text = walker.currentNode.data;
    if (han.test(text) && !inside.closest("script, textarea, [lang^=zh]")) found.add(text.trim().slice(0, 80));
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const each of document.querySelectorAll(`[${name}]`))
      if (han.test(each.getAttribute(name)) && !each.closest("[lang^=zh]")) found.add(each.getAttribute(name));
  return [...found].slice(0, 5);
}"""
TEXTS = frozenset(catalogue.translations(("en",))._catalog) - {""}  # type: ignore[attr-defined]


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
    assert not _walked(_signed_in(browser, served, role, screen), role, served)


@pytest.mark.parametrize("role", WALKS, ids=lambda role: role or "stranger")
def test_every_page_is_sound_in_the_dark_and_in_english(role: str | None, browser: Any, served: Any) -> None:
    page = _signed_in(browser, served, role, "desk", color_scheme="dark")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": served.address}])
    assert not _walked(page, role, served, in_english=True)


def _walked(page: Any, role: str | None, served: Any, *, in_english: bool = False) -> list[tuple[str, str]]:
    """What is wrong on the pages of a person, each with its address."""
    faults: list[tuple[str, str]] = []
    page.on("console", lambda said: faults.append((page.url, said.text)) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append((page.url, str(error))))
    page.on("request", lambda asked: faults.append(("foreign", asked.url)) if _is_foreign(asked.url, served) else None)
    page.goto(page.url)
    menu = page.eval_on_selector_all("header nav a", "links => links.map(link => link.getAttribute('href'))")
    deeper = [address.format(subject=served.subject) for address in WALKS[role]]
    for address in dict.fromkeys([*menu, *deeper]):
        answer = page.goto(served.address + address)
        page.wait_for_load_state("networkidle")
        assert answer.status == 200, (address, answer.status)
        faults += [(address, each) for each in _faults_of(page)]
        if in_english and "/admin/" not in address:
            faults += [(address, f"Chinese in English: {each}") for each in page.evaluate(CHINESE)]
            faults += [(address, f"not translated: {each}") for each in _untranslated(page)]
    page.context.close()
    return faults


def _untranslated(page: Any) -> set[str]:
    """Texts of our own that stand as they were written, even where names of the zone may be Chinese."""
    return TEXTS & {text.strip() for text in page.evaluate(ALL_TEXTS)}


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


@pytest.mark.parametrize("screen", SCREENS)
def test_a_draft_is_tried_and_its_result_is_a_page_one_comes_back_to(screen: str, browser: Any, served: Any) -> None:
    page, faults = _signed_in(browser, served, "officer", screen), []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{served.address}/studio/")
    page.get_by_role("button", name="试算", exact=True).click()
    page.wait_for_selector("#tried canvas", timeout=60_000)
    faults += _faults_of(page)
    page.click("#trial a[href^='/studio/trials/']")
    page.wait_for_selector("canvas")
    faults += _faults_of(page)
    assert not faults
    page.context.close()


def test_a_second_factor_is_turned_on_asked_for_and_turned_off(browser: Any, served: Any) -> None:
    """By hand, with the key as the page shows it, and a recovery code instead of waiting for the next code."""
    from django_otp.oath import totp  # noqa: PLC0415

    page = _signed_in(browser, served, "finance", "phone")
    page.goto(f"{served.address}/account/second-factor/")
    page.locator("main form button").first.click()
    assert page.eval_on_selector("main img", "picture => picture.naturalWidth") > 0
    assert not _faults_of(page)
    key = b32decode(page.inner_text("main code").replace(" ", ""))
    page.fill("input[name=code]", f"{totp(key):06d}")
    page.locator("main form button").first.click()
    first, second = page.locator("main li code").all_inner_texts()[:2]
    assert not _faults_of(page)
    page.context.close()
    again = _signed_in(browser, served, "finance", "phone")
    assert again.url.endswith("/sign-in/code/") and not _faults_of(again)
    again.fill("input[name=code]", first)
    again.locator("main form button").first.click()
    again.goto(f"{served.address}/account/second-factor/")
    assert not _faults_of(again)
    again.fill("input[name=password]", served.passwords["finance"])
    again.fill("input[name=code]", second)
    again.locator("main form button.plain").click()
    again.wait_for_load_state("networkidle")
    again.context.close()
    assert "/code/" not in _signed_in(browser, served, "finance", "phone").url
