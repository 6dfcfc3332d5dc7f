"""Makes the pictures of the README and of docs/tables-and-reports.md from examples/systems.jsonl.

    python -m pip install '.[browser]' pillow
    python tools/pictures.py

It needs Chromium, such as Debian's package `chromium`.
"""

import io
import json
import shutil
import tempfile
from pathlib import Path

import tricolore as tc
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
# A page of two columns whose text can be read in the README.
SIZE = {"width": 1180, "height": 600}


def main():
    rows = [json.loads(line) for line in (ROOT / "examples/systems.jsonl").read_text("utf-8").splitlines()]
    systems = {name: [row[name] for row in rows] for name in ("base", "tuned")}
    references = [row["references"] for row in rows]
    comparison = tc.compare(systems, references, ["chrf", "ter"], groups=[row["task"] for row in rows])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        comparison.report(path)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(path.as_uri())
        page.wait_for_selector("html.script")
        page.evaluate("document.querySelector('#charts-head').scrollIntoView()")
        save(page.screenshot(), "report.png")
        page.select_option("#shown-figure", label="TER ↓")
        page.click("#list tbody tr >> nth=1")
        page.evaluate("document.querySelector('#controls').scrollIntoView()")
        save(page.screenshot(), "segment.png")
        browser.close()


def save(picture, name):
    """Writes a picture with a palette of 64 colours, which its flat areas need no more than."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(64).save(ROOT / "docs/images" / name, optimize=True)


if __name__ == "__main__":
    main()
