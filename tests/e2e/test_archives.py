"""A client moves from one reseller to another as a file: exported, downloaded, brought in, signed in to."""

import re
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.people import Person
from tests.e2e.test_loop import fill_form
from tests.e2e.test_pages import DESKTOP, PHONE, faults, look
from tests.world import ALICE_HOST, RITA_HOST, ROSA_HOST

CUSTOMER = "Sigrid Seal"
LONG = 60_000
"""Milliseconds for what the builder does, which has other work too."""


def test_a_client_moves_as_a_file(arrives: Arrive, tmp_path: Path) -> None:
    stranger = arrives("stranger", ALICE_HOST)
    page = stranger.open("/f/contact/")
    fill_form(page, name=CUSTOMER, email="sigrid@seal.example", message="Do you have an ice hole?")
    rosa = arrives("rosa", ROSA_HOST, viewport=DESKTOP)
    rosa.sign_in("rosa@rosa.test")
    file = export(rosa, to=tmp_path / "alices.zip")

    host = f"crm.moved-{uuid.uuid4().hex[:8]}.test"
    rita = arrives("rita", RITA_HOST, viewport=DESKTOP)
    rita.sign_in("rita@rita.test")
    what_is_no_archive_is_refused(rita, junk(tmp_path / "holiday.zip"))
    bring_in(rita, file, host=host)

    charlie = arrives("charlie", host, viewport=DESKTOP)
    charlie.sign_in("charlie@alice.test")
    expect(charlie.open("/contacts/").get_by_text(CUSTOMER).first).to_be_visible()
    assert charlie.received("Rosa") == []
    alice = arrives("alice", ALICE_HOST, viewport=DESKTOP)
    alice.sign_in("alice@alice.test")
    said = alice.open("/settings/activity/?kind=workspace").locator("main")
    expect(said).to_contain_text("asked for an export of Alice's")
    expect(said).to_contain_text("downloaded an export of Alice's")


def export(rosa: Person, *, to: Path) -> Path:
    """The file as her browser gets it; the page finds out by itself that it is ready."""
    page = rosa.open("/workspaces/")
    page.get_by_role("link", name="Alice's").first.click()
    card = page.locator("#exports")
    card.get_by_role("button", name="Export").click()
    expect(page.get_by_text("This page shows how far it is.")).to_be_visible()
    link = card.get_by_role("link", name="Download the export").first
    expect(link).to_be_visible(timeout=LONG)
    assert faults(page) == []
    with page.expect_download() as download:
        link.click()
    assert re.fullmatch(r"alices-[0-9a-f-]+\.zip", download.value.suggested_filename)
    download.value.save_as(to)
    return to


def junk(path: Path) -> Path:
    """Larger than any other form may be, so that it goes the way of large files."""
    path.write_bytes(b"PK\x03\x04" + b"sand " * 1_400_000)
    return path


def upload(page: Page, file: Path) -> Locator:
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page).to_have_url(re.compile(r"/workspaces/import/[0-9a-f-]{36}/$"))
    return page.locator("#import")


def what_is_no_archive_is_refused(rita: Person, file: Path) -> None:
    page = rita.open("/workspaces/")
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_text("Nothing was brought in yet")).to_be_visible()
    assert faults(page) == []
    state = upload(page, file)
    expect(state.get_by_text("It is not a whole archive")).to_be_visible(timeout=LONG)
    expect(state.get_by_role("button", name="Try again")).to_have_count(0)
    assert faults(page) == []
    state.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("holiday.zip is forgotten.")).to_be_visible()


def bring_in(rita: Person, file: Path, *, host: str) -> None:
    page = rita.open("/workspaces/import/")
    state = upload(page, file)
    expect(page.get_by_label("Client’s name")).to_have_value("Alice's", timeout=LONG)
    expect(state.get_by_text(ALICE_HOST, exact=True)).to_be_visible()
    expect(page.get_by_text("with the e-mail and password they had")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("alices")  # alice.test is taken
    page.get_by_label("Address", exact=True).select_option("domain")
    page.get_by_label("Domain", exact=True).fill(ALICE_HOST)
    button = page.get_by_role("button", name=re.compile(r"^Import [\d,]+ rows"))
    button.click()
    expect(page.get_by_text("is already in use. Choose another domain.")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Domain", exact=True).fill(host)
    page.get_by_label("Client’s name").fill("Alice’s, moved")
    button.click()
    expect(page.get_by_text("Alice’s, moved is here, with all its data.")).to_be_visible(timeout=LONG)
    assert faults(page) == []
    page.get_by_role("link", name="Go to its page").click()
    expect(page.get_by_role("heading", name="Alice’s, moved")).to_be_visible()
    expect(page.get_by_text(host).first).to_be_visible()
    said = rita.open("/log/").locator("main")
    expect(said).to_contain_text(f"brought Alice’s, moved in from a file, to {host}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_upload_says_how_far_it_is_and_can_be_stopped(
    arrives: Arrive, tmp_path: Path, size: dict[str, int]
) -> None:
    rita = arrives("rita", RITA_HOST, viewport=size, color_scheme="dark")
    rita.sign_in("rita@rita.test")
    assert look(rita, ["/workspaces/", "/workspaces/import/"]) == {}
    page = rita.page
    slow = rita.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000},
    )
    page.get_by_label("File", exact=True).set_input_files(junk(tmp_path / "sand.zip"))
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("[data-upload-words]")).to_have_text(re.compile(r"of 6\.7 MB, [1-9]\d? %"))
    assert faults(page) == []
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-upload-progress]")).to_be_hidden()
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    page.evaluate("document.querySelector('form[data-upload]').dataset.limit = '1000'")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("which is the limit here")).to_be_visible()
    assert faults(page) == []
