"""The pictures of the READMEs, taken anew from a demo's data: `make pictures`.

Serves the data on a free port, signs in as who each page is for, and keeps what Chromium shows as WebP, in both
languages. Refuses to leave a picture larger than 150 kB.
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SIZE = {"width": 1440, "height": 900}
LARGEST = 150_000
COOKIES = {"zh": "zh-hans", "en": "en"}
AS_WEBP = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.8).split(",")[1];
}"""


@dataclass(frozen=True)
class Picture:
    """`by` is the role that looks; `press` a button pressed first; `shows` is waited for and put on top."""

    name: str
    by: str
    address: str
    press: str = ""
    shows: str = ""


PICTURES = (
    Picture("cockpit", "leader", "/"),
    Picture("contradictions", "leader", "/contradictions/"),
    Picture("firm", "enterprise", "/firms/{firm}/policies/"),
    Picture("policy", "officer", "/policies/rd-subsidy/", shows=".tiles"),
    Picture("dry-run", "officer", "/studio/?from=rd-subsidy", "form[hx-post] button[type=submit]", "#tried h2"),
    Picture("score", "enterprise", "/firms/{firm}/scores/"),
)


def main(data: Path, zone: Path) -> None:
    os.environ |= {"DUOFENG_DATA": str(data), "DUOFENG_ZONE": str(zone)}
    from duofeng.cli.commands.accounts import make_demo_accounts  # noqa: PLC0415  # starts Django on the data

    accounts = {each.role: each for each in make_demo_accounts(data, zone)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "duofeng.cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        _take(f"http://127.0.0.1:{port}", accounts)
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    for _attempt in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the site did not start")


def _take(site: str, accounts: dict[str, Any]) -> None:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for role in dict.fromkeys(each.by for each in PICTURES):
            context = browser.new_context(viewport=SIZE, color_scheme="light")
            page = context.new_page()
            page.goto(f"{site}/sign-in/")
            page.fill("input[name=username]", accounts[role].name)
            page.fill("input[name=password]", accounts[role].password)
            page.press("input[name=password]", "Enter")
            page.wait_for_load_state("networkidle")
            for picture in (each for each in PICTURES if each.by == role):
                for language, cookie in COOKIES.items():
                    context.add_cookies([{"name": "django_language", "value": cookie, "url": site}])
                    _keep(page, site, picture, language, accounts["enterprise"].subject)
        browser.close()


def _keep(page: Any, site: str, picture: Picture, language: str, firm: str) -> None:
    page.goto(site + picture.address.format(firm=firm))
    page.wait_for_load_state("networkidle")
    if picture.press:
        page.locator(picture.press).first.click()
    if picture.shows:
        page.locator(picture.shows).first.wait_for(timeout=120_000)
        page.evaluate("what => document.querySelector(what).scrollIntoView()", picture.shows)
    page.wait_for_timeout(1_000)  # charts move into place
    png = base64.b64encode(page.screenshot()).decode()
    webp = base64.b64decode(page.evaluate(AS_WEBP, png))
    if len(webp) > LARGEST:
        raise SystemExit(f"{picture.name}.{language}.webp has {len(webp):,} bytes; at most {LARGEST:,} are kept")
    (HERE / f"{picture.name}.{language}.webp").write_bytes(webp)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
