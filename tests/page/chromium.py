"""What the checks of the page share: comparisons that are counted, a seed that is printed, and a headless Chromium. Run by page.py, sizes.py and draw.py."""

import contextlib
import random
import shutil

from playwright.sync_api import sync_playwright

checks = 0


def check(got, wanted, what):
    global checks
    assert got == wanted, f"{what}:\n  got    {got!r}\n  wanted {wanted!r}"
    checks += 1


def seeded():
    """Other random numbers each time, which can be had again."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    random.seed(seed)


@contextlib.contextmanager
def chromium():
    """A browser; without an error, how many checks passed is printed at its end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()
    print(f"{checks} checks passed")
