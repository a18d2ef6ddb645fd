"""The page for handing in, in a real browser: progress, pause, cancel, refusal, folders, archives, the keyboard."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from inference import phantom

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]
CHUNK = "**/api/v1/uploads/*/"


def image(name="image.dcm", **keywords):
    return {"name": name, "mimeType": "application/dicom", "buffer": phantom.dicom(rows=320, cols=256, **keywords)}


def open_page(page):
    page.goto("/exams/upload/")
    page.wait_for_selector("html[data-intake=ready]")


def row(page, name):
    return page.locator("#intake-rows tr").filter(has_text=name)


def test_each_file_ends_filed_or_refused_with_what_to_do(people, shot):
    page = people("clinician")
    open_page(page)
    shot(page, "intake-empty")
    raw = image("raw.dcm", SOPClassUID="1.2.840.10008.5.1.4.1.1.1.2.1")
    text = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear colleague"}
    page.set_input_files("#intake-files", [image("LCC.dcm", seed=41), raw, text])
    expect(page.locator("#intake-done")).to_be_visible()
    expect(row(page, "LCC.dcm").locator(".state")).to_have_text("Filed as LCC")
    expect(row(page, "raw.dcm").locator(".state")).to_have_text("Refused")
    expect(row(page, "raw.dcm")).to_contain_text("Send the image made for viewing")
    expect(row(page, "letter.txt")).to_contain_text("not a DICOM file")
    expect(page.locator("#intake-sums")).to_contain_text("1 of 3 filed · 2 refused")
    shot(page, "intake-done")
    page.get_by_role("link", name="Open the exam").click()
    expect(page.get_by_text("Ready, pixels proven equal")).to_be_visible()
    shot(page, "exam")


def test_an_upload_pauses_resumes_where_it_stopped_and_can_be_cancelled(people):
    page = people("clinician")
    sent = []
    page.on("request", lambda request: sent.append(request.method) if "/uploads/" in request.url else None)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 8 * 1024 * 1024}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    open_page(page)
    big = {"name": "big.bin", "mimeType": "application/octet-stream", "buffer": bytes(40 * 1024 * 1024)}
    page.set_input_files("#intake-files", [big])
    expect(row(page, "big.bin").locator(".bar")).to_have_attribute(
        "aria-valuenow", re.compile("^[1-9]"), timeout=20_000
    )
    row(page, "big.bin").get_by_role("button", name="pause").click()
    expect(row(page, "big.bin").locator(".state")).to_have_text("Paused")
    assert "HEAD" not in sent
    row(page, "big.bin").get_by_role("button", name="resume").click()
    expect(row(page, "big.bin").locator(".state")).to_have_text("Sending")
    for _ in range(100):
        if "HEAD" in sent:
            break
        page.wait_for_timeout(100)
    assert sent.count("HEAD") == 1  # it asked where to go on, instead of beginning anew
    assert sent.count("POST") == 1
    row(page, "big.bin").get_by_role("button", name="cancel").click()
    expect(row(page, "big.bin").locator(".state")).to_have_text("Cancelled")
    expect(row(page, "big.bin").locator("[data-act=resume]")).to_be_hidden()


def test_a_dropped_connection_is_taken_up_again_without_anybody_doing_anything(people):
    page = people("clinician")
    dropped = []

    def drop_twice(route):
        if route.request.method == "PATCH" and len(dropped) < 2:
            dropped.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(CHUNK, drop_twice)
    open_page(page)
    page.set_input_files("#intake-files", [image("RMLO.dcm", laterality="R", view="MLO", seed=42)])
    expect(row(page, "RMLO.dcm").locator(".state")).to_have_text("Filed as RMLO")
    assert len(dropped) == 2


def test_an_archive_shows_each_of_its_files(people):
    page = people("clinician")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("exam/RCC.dcm", image(laterality="R", seed=43)["buffer"])
        archive.writestr("exam/report.pdf", b"%PDF-1.4 not an image")
    open_page(page)
    zipped = {"name": "exam.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    page.set_input_files("#intake-files", [zipped])
    expect(page.locator("#intake-done")).to_be_visible()
    expect(row(page, "exam.zip").locator(".state")).to_have_text("Unpacked")
    expect(row(page, "RCC.dcm").locator(".state")).to_have_text("Filed as RCC")
    expect(row(page, "report.pdf").locator(".state")).to_have_text("Refused")


def test_a_folder_is_handed_in_as_it_lies_there(people, tmp_path):
    page = people("clinician")
    (tmp_path / "exam" / "series").mkdir(parents=True)
    (tmp_path / "exam" / "series" / "LMLO.dcm").write_bytes(image(view="MLO", seed=44)["buffer"])
    (tmp_path / "exam" / ".DS_Store").write_bytes(b"debris")
    open_page(page)
    page.set_input_files("#intake-folder", str(tmp_path / "exam"))
    expect(row(page, "LMLO.dcm").locator(".state")).to_have_text("Filed as LMLO")
    expect(page.locator("#intake-rows tr")).to_have_count(1)


def test_the_page_works_by_keyboard_and_breaks_no_rule_of_the_browser(people):
    page = people("clinician")
    broken = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.on("filechooser", lambda chooser: None)  # Chromium is told early to hand choosers over: it takes a moment
    open_page(page)
    for _ in range(20):  # tab from the top of the page to the first choice
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "intake-files":
            break
    expect(page.locator("#intake-files")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([image("LCC.dcm", seed=45)])
    expect(page.locator("#intake-done")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/exams/*-*/")
    assert broken == []


def test_the_demonstration_exams_say_where_their_views_came_from(people, stack, shot):
    stack.manage("load_demo_exams", "--as", "clinician@demo.overread")
    again = stack.manage("load_demo_exams", "--as", "clinician@demo.overread").stdout
    assert again.count("4 images handed in, 0 of them new.") == 2
    page = people("clinician")
    page.goto("/exams/")
    shot(page, "exams")
    page.locator("tr", has_text="L MLO").filter(has_text="R CC").first.locator("a").click()
    expect(page.get_by_text("Views taken from PatientID (digitised film).")).to_be_visible()
    expect(page.get_by_text("CBIS-DDSM (CC BY 3.0)")).to_be_visible()
