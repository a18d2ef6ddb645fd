"""A real Chromium, and a whole portal for the tests that need one."""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tests.browser.shots import SHOTS, save
from tests.browser.stack import Stack

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
]  # fmt: skip

PATIENCE = 60_000  # ms; a busy machine is slow, and only what never comes is wrong
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items) -> None:
    """A browser test may try twice more: the list at the end says `R` for each that had to, and such a one is a bug."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


def pytest_terminal_summary(terminalreporter) -> None:
    """What went wrong at each first try: a second one that passes must not hide it."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_sep("_", f"first try of {report.nodeid}")
        terminalreporter.write_line(str(report.longrepr)[-4000:])


def chromium_path() -> str | None:
    """The machine's own Chromium, or None for the one that Playwright installed."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium():
    """A running headless Chromium; without one the test is skipped, or fails where OVERREAD_BROWSER=required."""
    # Playwright's loop stays with this thread, so Django would take every later test here for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=FLAGS)
        except Error as error:
            if os.environ.get("OVERREAD_BROWSER") == "required":
                raise
            pytest.skip(
                f"no Chromium: install Debian's chromium or run `playwright install chromium` ({error.message[:80]})"
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack():
    """The portal as `make demo` serves it, with the demo's people; each test hands in the exams that it needs."""
    stack = Stack("--no-exams", OVERREAD_SWEEP_SECONDS="2", OVERREAD_RUN_LEASE="20")
    try:
        yield stack.start()
    finally:
        assert stack.stop() == 0


def sign_in(page, stack: Stack, role: str):
    """Sign the demo's person in; returns the page."""
    email = f"{role}@demo.overread"
    return sign_in_as(page, email, stack.password(email))


def sign_in_as(page, email: str, password: str):
    """Sign anybody in; returns the page."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login" not in url)
    return page


@pytest.fixture
def people(chromium, stack):
    """`people("clinician")`: a page of a browser of their own in which the demo's person is signed in."""
    contexts = []
    pages = {}

    def opened(role: str, width: int = 1920, height: int = 1080):
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=stack.url)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        sign_in(page, stack, role)
        pages[role] = page
        return page

    yield opened
    SHOTS.mkdir(parents=True, exist_ok=True)
    for role, page in pages.items():
        page.screenshot(path=str(SHOTS / f"last-{role}.png"))
    for context in contexts:
        context.close()


@pytest.fixture
def shot():
    """`shot(page, "worklist")` saves a screenshot and returns its path."""
    return save
