"""What people do in the browser around one case: ask, take it, fill in the read, lock, open the suggestion, sign, look."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.desk_work import QUESTION

NEWEST = "/cases/?tab={}&sort=-opened"  # a list by name: by itself it begins with what other tests left in hand


def ask(page: Any, exam: str, protocol: str, *, recall: str = "", urgency: str = "routine") -> str:
    """Open a case on the exam with a first opinion where `recall` is "yes" or "no"; returns its id."""
    page.goto(f"/cases/new/?exam={exam}")
    page.get_by_label("Clinical question").fill(QUESTION)
    page.locator("[name=protocol]").select_option(protocol)
    page.locator("[name=urgency]").select_option(urgency)
    if recall:
        page.locator("[name=category_r]").select_option("4B" if recall == "yes" else "1")
        page.locator("[name=category_l]").select_option("1")
        page.locator("[name=recall]").select_option(recall)
    page.get_by_role("button", name="Open the case").click()
    page.wait_for_url("**/cases/*-*/")
    return str(page.url.rstrip("/").rsplit("/", 1)[-1])


def in_list(page: Any, case: str, tab: str) -> Any:
    """The link of the case in a tab, newest first."""
    page.goto(NEWEST.format(tab))
    return page.locator(f"tr[data-case='{case}'] a").first


def take(page: Any, case: str, tab: str = "pool", act: str = "Read this case") -> Any:
    """Open the case from a list and begin to read; returns the panel beside the images, once it stands."""
    in_list(page, case, tab).click()
    page.get_by_role("button", name=act).click()
    page.wait_for_url("**/view/")
    expect(page.locator("#read-form")).to_be_visible()
    expect(page.locator("html[data-read=ready]")).to_be_attached()
    return page.locator("#read-panel")


def fill(page: Any, right: str = "1", left: str = "1", *, recall: str = "") -> None:
    """Answer every question of the form; a category that needs a finding gets a mass on the right. `recall`: the side."""
    panel = page.locator("#read-panel")
    panel.locator("[data-path=density] label", has_text="B").click()
    for side, category in (("R", right), ("L", left)):
        panel.locator(f"[data-path='breasts.{side}'] label", has_text=category).first.click()
    if right[0] in "345":
        panel.get_by_role("button", name="Add a finding").click()
        for label, value in (("Kind", "mass"), ("Side", "R"), ("Category", right)):
            panel.locator("#findings > li").first.get_by_label(label).select_option(value)
    panel.locator("[data-path=recall] label", has_text="Yes" if recall else "No").click()
    if recall:
        panel.locator(f"[data-path=recall_sides] input[value={recall}]").check(force=True)
    panel.get_by_label("Next step").select_option("biopsy" if recall else "routine")
    panel.get_by_label("Compared with priors").select_option("none")
    panel.locator("[data-path=confidence] label", has_text="4").click()


def lock(page: Any) -> None:
    """Lock what the form holds."""
    page.get_by_role("button", name="Lock the read").click()
    page.get_by_role("button", name="Lock it now").click()


def open_and_confirm(page: Any) -> None:
    """Open the suggestion after the lock, and stand by the read."""
    page.get_by_role("button", name="Open the suggestion").click()
    page.get_by_role("button", name="Confirm my read").click()
    expect(page.locator("[data-panel=closed]")).to_be_visible()


def sign(page: Any, password: str) -> None:
    """From the decided read to the signed report."""
    with page.expect_navigation():
        page.get_by_role("link", name="Write and sign the report").click()
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Sign the report").click()
    page.wait_for_url("**/reports/*/")
    expect(page.get_by_text("Signed and unchanged")).to_be_visible()


def is_told(page: Any, case: str) -> Any:
    """Who asked finds it among what is new and opens the report; returns the report's own words."""
    in_list(page, case, "news").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Open the report").first.click()
    expect(page.get_by_text("Signed and unchanged")).to_be_visible()
    return page.locator("article.report")


def sealed(page: Any, case: str) -> bool:
    """Whether the case's manifest keeps the suggestion from who is signed in."""
    return page.context.request.get(f"/api/v1/cases/{case}/manifest/").json()["results"] is None
