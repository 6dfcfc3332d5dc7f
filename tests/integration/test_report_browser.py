"""A real browser opens reports: Chromium as Debian packages it, driven by Playwright.

CI installs both (`.ci/report`). TRICOLORE_CHROMIUM names another browser, and TRICOLORE_PICTURES a folder for pictures.
"""

import os
import shutil
from pathlib import Path

import pytest
import tricolore as tc
from reports import BASE, HOSTILE, OTHER, REFERENCES, TUNED, comparison, hostile

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is optional: .ci/report installs it")
CHROMIUM = os.environ.get("TRICOLORE_CHROMIUM") or shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("there is no Chromium: .ci/report installs it", allow_module_level=True)

WIDTHS = [360, 768, 1280]
LISTED = "#list tbody tr"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Returns the paths of two reports."""
    folder = tmp_path_factory.mktemp("reports")
    comparison().report(folder / "report.html")
    hostile().report(folder / "hostile.html")
    return folder


class Opened:
    """A report in the browser, with what went wrong."""

    def __init__(self, browser, path, width=1280, scheme="light", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        self.page = context.new_page()
        self.wrong = []
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self.asked(request.url, path))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.goto(path.as_uri())
        if script:
            self.page.wait_for_selector("html.script")

    def asked(self, url, path):
        if url.partition("#")[0] != path.as_uri():
            self.wrong.append(url)

    def listed(self):
        """The numbers of the listed segments, in order."""
        return [int(text) for text in self.page.locator(f"{LISTED} button").all_text_contents()]

    def head(self):
        """The head of the open segment, or None."""
        return self.page.text_content("#segment-head") if self.page.is_visible("#segment") else None

    def focused(self):
        """The text of the element that has the focus."""
        return self.page.evaluate("document.activeElement.textContent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_without_error_at_every_width(browser, files, width, scheme):
    opened = Opened(browser, files / "report.html", width, scheme)
    page = opened.page
    page.click(f"{LISTED} button >> nth=0")
    assert opened.head() is not None
    # The page itself does not scroll to the side: wide tables do.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".charts:visible").count() == 1
    assert page.locator(".charts:visible svg").count() == 5
    assert page.locator(".charts:visible .points circle").count() == 120
    if folder := os.environ.get("TRICOLORE_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"report-{width}-{scheme}.png", full_page=True)
    assert opened.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["report.html", "hostile.html"])
def test_accessibility(browser, files, name, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    opened = Opened(browser, files / name, width, scheme)
    opened.page.click(f"{LISTED} button >> nth=0")
    found = axe.Axe().run(opened.page).response["violations"]
    assert [(one["id"], one["impact"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


def differences(opened):
    """The differences in the list, as the page shows them."""
    column = opened.page.locator("#list thead th").all_text_contents().index("difference")
    return [float(text) for text in opened.page.locator(f"{LISTED} td:nth-child({column + 1})").all_text_contents()]


def test_sorting_and_filtering_with_the_mouse(browser, files):
    opened = Opened(browser, files / "report.html")
    page = opened.page
    # BLEU: higher is better, so the largest loss is the lowest difference.
    assert differences(opened) == sorted(differences(opened))
    page.select_option("#sort", "gain")
    assert differences(opened) == sorted(differences(opened), reverse=True)
    page.select_option("#sort", "number")
    assert opened.listed() == list(range(1, 51))
    page.click("#after")
    assert opened.listed() == list(range(51, 101))
    page.click("#after")
    assert opened.listed() == list(range(101, 121))
    assert page.is_disabled("#after")
    page.select_option("#group", label="weather")
    assert opened.listed() == list(range(2, 121, 4))
    assert page.text_content("#count") == "30 of 120 segments"
    page.select_option("#group", label="all")
    page.select_option("#filter", "worse")
    assert differences(opened)
    assert all(value < 0 for value in differences(opened))
    page.select_option("#filter", "all")
    page.fill("#search", "RAINED it")
    assert opened.listed() == list(range(2, 121, 4))
    page.fill("#search", "nowhere to be found")
    assert opened.listed() == []
    page.focus(".charts:not([hidden]) svg.scatter")
    page.keyboard.press("ArrowRight")
    assert opened.head() is None
    page.fill("#search", "")
    # TER: lower is better, so the largest loss is the highest difference.
    page.select_option("#shown-figure", label="TER ↓")
    page.select_option("#sort", "loss")
    assert differences(opened) == sorted(differences(opened), reverse=True)
    assert page.locator(".charts:visible").get_attribute("aria-label") == "TER"
    page.select_option("#system", label="other")
    assert page.locator("#list thead th").last.text_content() == "prediction of other"
    assert opened.wrong == []


def test_opening_segments_with_the_mouse(browser, files):
    opened = Opened(browser, files / "report.html")
    page = opened.page
    page.select_option("#shown-figure", label="TER ↓")
    page.select_option("#system", label="other")
    page.select_option("#sort", "number")
    page.click(f"{LISTED} >> nth=0")
    assert opened.head() == "Segment 1, pets"
    # "on the mat" of the third system moves, and its marks are those of the words.
    moved = page.locator("#texts .mV").all_text_contents()
    assert moved == ["on the mat"]
    scores = [tc.TER().score(own[0], REFERENCES[0]).score for own in (BASE, TUNED, OTHER)]
    assert page.locator("#texts h4").all_text_contents() == [
        "Reference 1, with the marks of other",
        "Reference 2, with the marks of other",
        *(f"{name}: TER ↓ {score:.2f}" for name, score in zip(("base", "tuned", "other"), scores, strict=True)),
    ]
    page.click("#next")
    assert opened.head() == "Segment 2, weather"
    page.click("#previous")
    assert opened.head() == "Segment 1, pets"
    assert page.is_disabled("#previous")
    page.click("#close")
    assert opened.head() is None
    page.locator(".charts:visible .points circle").nth(9).dispatch_event("click")
    assert opened.head() == "Segment 10, weather"
    assert opened.wrong == []


def test_everything_with_the_keyboard(browser, files):
    opened = Opened(browser, files / "report.html")
    page = opened.page
    page.keyboard.press("Tab")
    assert opened.focused() == "Skip to the segments"
    page.keyboard.press("Enter")
    page.focus("#sort")
    page.keyboard.press("End")
    assert opened.listed()[:3] == [1, 2, 3]
    page.focus(f"{LISTED} button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert opened.focused() == "3"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert opened.head() == "Segment 2, weather"
    assert opened.focused() == "Segment 2, weather"
    page.keyboard.press("Escape")
    assert opened.head() is None
    # The focus is again where the segment was opened.
    assert opened.focused() == "2"
    page.focus(".charts:not([hidden]) svg.scatter")
    page.keyboard.press("ArrowRight")
    assert opened.head() == "Segment 1, pets"
    page.keyboard.press("ArrowRight")
    assert opened.head() == "Segment 2, weather"
    page.keyboard.press("Enter")
    assert opened.focused() == "Segment 2, weather"
    # Each control is reached by Tab.
    reached = set()
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"figure", "shown-figure", "system", "sort", "group", "filter", "search", "after", "close"} <= reached
    assert opened.wrong == []


def test_an_address_opens_a_segment(browser, files):
    opened = Opened(browser, files / "report.html")
    opened.page.goto(f"{(files / 'report.html').as_uri()}#s7")
    opened.page.reload()
    opened.page.wait_for_selector("html.script")
    assert opened.head() == "Segment 7, people"
    assert opened.wrong == []


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_texts(browser, files, width):
    opened = Opened(browser, files / "hostile.html", width)
    page = opened.page
    page.select_option("#sort", "number")
    for number in opened.listed():
        page.click(f"{LISTED} button >> nth={number - 1}")
        shown = page.locator("#texts .body").all_text_contents()
        assert len(shown) == 3
        # A lone surrogate is another character, and a long text is cut.
        text = HOSTILE[number - 1].replace("\ud800", "\ufffd")
        assert shown[1] == (text if len(text) <= 20_000 else f"{text[:20_000]} … (980000 more characters)")
    assert page.locator("main img, main iframe, main script").count() == 0
    assert page.title() != "stolen"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.wrong == []


def test_without_scripts_the_tables_and_charts_remain(browser, files):
    opened = Opened(browser, files / "report.html", script=False)
    page = opened.page
    assert page.is_visible("text=The segments need a browser that runs scripts.")
    assert page.locator("figure svg:visible").count() == 4 * 4
    assert not page.is_visible("#list")
    assert opened.wrong == []


def test_it_prints(browser, files):
    opened = Opened(browser, files / "report.html")
    opened.page.click(f"{LISTED} button >> nth=0")
    opened.page.emulate_media(media="print")
    assert not opened.page.is_visible("#controls")
    assert opened.page.is_visible("#texts")
    assert opened.page.pdf().startswith(b"%PDF")
