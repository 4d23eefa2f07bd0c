"""How large the page and the playground are, in bytes, on a phone and on paper, in a headless Chromium: `sizes.py PAGE PLAYGROUND`."""

import os
import re
import sys

from chromium import check, chromium

PAGE, PLAYGROUND = sys.argv[1:]
# Without weights and views the page took 28 sheets.
MOST_BYTES, MOST_SHEETS = {PAGE: 250_000, PLAYGROUND: 900_000}, 14


# By consoles, and errors of scripts. (An assertion where these are heard might stop nothing.)
said = []


def opened(browser, path, width=1000, setup=None, language="en"):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.metrics = page.context.new_cdp_session(page)
    page.metrics.send("Performance.enable")
    if setup:
        page.add_init_script(setup)
    page.goto(f"file://{os.path.abspath(path)}?lang={language}")
    page.wait_for_selector("html[data-ready]")
    return page


def ready(browser):
    """The playground answers within a second: of the processor, for the machine may be busy."""
    page = opened(browser, PLAYGROUND)
    spent = {metric["name"]: metric["value"] for metric in page.metrics.send("Performance.getMetrics")["metrics"]}["ProcessTime"]
    print(f"the playground is ready after {spent:.2f} s of processor")
    check(0 < spent < 1, True, f"{spent} s")
    page.close()


def without_engine(browser):
    """A browser that cannot run it: it is said, and everything can be read."""
    for missing in "DecompressionStream", "WebAssembly":
        for language, words in ("en", "The engine does not run in this browser"), ("zh", "引擎无法在这个浏览器里运行"):
            page = opened(browser, PLAYGROUND, setup=f"delete window.{missing}", language=language)
            says = page.locator("header .error:visible").all_inner_texts()
            check((len(says), words in says[0], missing in says[0]), (1, True, True), says)
            check(page.locator("form:visible").count(), 0, "nothing that would not work")
            check(page.locator("figure svg:visible").count() >= 14, True, "pictures")
            page.close()
    page = opened(browser, PLAYGROUND)
    check(page.locator("header .error").count(), 0, "where it runs, nothing is said")
    page.close()


# (The indices of formulas are smaller.)
LETTERS = """() => [...document.querySelectorAll("svg.np")].filter(svg => svg.checkVisibility()).map(svg =>
    13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width).filter(size => size < 11.99)"""
BROKEN = r"""() => {
    const broken = [], range = document.createRange();
    for (const code of document.querySelectorAll("code, td pre")) {
        const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode());) for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken.push(word);
        }
    }
    return broken;
}"""


def narrow(browser, path):
    """Letters of pictures have 12 pixels; wide pictures are scrolled, not shrunk. Lines of code break between words."""
    for language in "en", "zh":
        page = opened(browser, path, language=language)
        for width in 320, 360, 768, 1400:
            page.set_viewport_size({"width": width, "height": 900})
            check(page.evaluate(LETTERS), [], f"letters at {width}")
            check(page.evaluate(BROKEN), [], f"words broken at {width}")
        page.close()


def paper(browser, path):
    for language in "en", "zh":
        page = opened(browser, path, language=language)
        sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
        print(f"{path}, {language}: {sheets} sheets")
        check(0 < sheets <= MOST_SHEETS, True, f"{sheets} sheets")
        page.close()


def main():
    for path, most in MOST_BYTES.items():
        size = os.path.getsize(path)
        print(f"{path}: {size / 1000:.0f} of {most / 1000:.0f} kB")
        check(size < most, True, f"{path}: {size} bytes")
    with chromium() as browser:
        ready(browser)
        without_engine(browser)
        for path in PAGE, PLAYGROUND:
            narrow(browser, path)
            paper(browser, path)
        check(said, [], "the consoles")


main()
