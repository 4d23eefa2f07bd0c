"""Digits drawn on the page, in a headless Chromium: `draw.py NPTENSOR SHOTS MNIST_DIR`.

What is drawn is shrunk as MNIST's digits were; what the page's own script computes for those pixels is what `nptensor predict` prints for them, bit by bit, with
one rounding for x * y + z and with two.
"""

import math
import os
import random
import re
import struct
import subprocess
import sys
from fractions import Fraction

from chromium import check, chromium, seeded

NPTENSOR, SHOTS, MNIST = sys.argv[1:]
WEIGHTS, IMAGES, LABELS = (os.path.join(MNIST, name) for name in ("weights.safetensors", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"))

# Strokes in a square of 1.
circle = [(0.5 + 0.25 * math.sin(turn / 20 * math.tau), 0.5 - 0.35 * math.cos(turn / 20 * math.tau)) for turn in range(21)]
DIGITS = {
    0: [circle],
    1: [[(0.52, 0.15), (0.48, 0.85)]],
    2: [[(0.28, 0.3), (0.35, 0.18), (0.5, 0.14), (0.65, 0.2), (0.68, 0.35), (0.55, 0.55), (0.3, 0.82), (0.75, 0.82)]],
    3: [[(0.3, 0.18), (0.5, 0.13), (0.66, 0.22), (0.62, 0.4), (0.45, 0.47), (0.65, 0.55), (0.7, 0.72), (0.52, 0.86), (0.28, 0.8)]],
    7: [[(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]],
}


def command(level, *words):
    env = dict(os.environ, **({"NPTENSOR_LEVEL": level} if level else {}))
    return subprocess.run([NPTENSOR, *words], env=env, capture_output=True, text=True, check=True).stdout


def single(x):
    """The float32 that is nearest to what was printed."""
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def rounded(exact):
    """The float32 nearest to a fraction, the even one of two."""
    exponent = math.frexp(float(exact))[1] - 1
    exponent -= abs(exact) < Fraction(2) ** exponent
    ulp = Fraction(2) ** max(exponent - 23, -149)
    return float(round(exact / ulp) * ulp)


def one_rounding(browser):
    """x * y + z of the script, against fractions: where 53 bits lie half way between two float32, and anywhere."""
    pixel = [single(byte / 255) for byte in range(1, 256)]
    ties = [(x, sign * single(2.0**-24 / x), z) for x in pixel for sign in (1, -1) for z in (1.0, 1 + 2.0**-23, -1.0)]
    number = lambda: single(random.uniform(-1, 1) * 2.0 ** random.randint(-30, 3))
    cases = ties + [(number(), number(), number()) for _ in range(2000)]
    source = open(os.path.join(os.path.dirname(__file__), "../../src/cli/tour/draw.js")).read()
    function = re.search(r"const mulAdd = .*? \? (\(x, y, z\) => \{.*?\n  \}) :", source, re.S)[1]
    page = browser.new_page()
    found = page.evaluate(f"cases => {{ const {{ fround }} = Math, mulAdd = {function}; return cases.map(numbers => mulAdd(...numbers)); }}", cases)
    wanted = [rounded(Fraction(x) * Fraction(y) + Fraction(z)) for x, y, z in cases]
    check([float(x) for x in found], wanted, "one rounding")
    check(any(single(x * y + z) != right for (x, y, z), right in zip(cases, wanted)), True, "two roundings are another thing")
    page.close()


def draw(page, strokes):
    box = page.locator("#draw canvas.digit").bounding_box()
    page.locator("#draw button").click()
    for stroke in strokes:
        for i, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
            if i == 0:
                page.mouse.down()
        page.mouse.up()


def pixels(page):
    """What the network sees, from the small picture."""
    return bytes(page.evaluate("[...document.querySelector('#draw .small').getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 3)"))


def outputs(page):
    return [single(text) for text in page.eval_on_selector_all("#draw tbody td:last-child", "cells => cells.map(cell => cell.title)")]


def as_mnist(seen):
    """The longer side in 20 pixels (and the part of one at either end), the centre of mass in the middle."""
    rows = [y for y in range(28) if any(seen[28 * y:28 * y + 28])]
    columns = [x for x in range(28) if any(seen[x::28])]
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    check(20 <= longer <= 22, True, f"{longer} pixels of 20")
    mass = sum(seen)
    for middle in sum(value * (i % 28 + 0.5) for i, value in enumerate(seen)) / mass, sum(value * (i // 28 + 0.5) for i, value in enumerate(seen)) / mass:
        # (Points 1/8 apart, their means rounded.)
        check(abs(middle - 14) < 1 / 8, True, f"the centre of mass at {middle}")


def agrees(page, level, strokes, what):
    draw(page, strokes)
    seen, path = pixels(page), os.path.join(SHOTS, "drawn-idx3-ubyte")
    with open(path, "wb") as file:
        file.write(struct.pack(">4I", 0x803, 1, 28, 28) + seen)
    wanted = [single(text) for text in command(level, "predict", WEIGHTS, path, "--divide", "255").split()]
    check(outputs(page), wanted, f"{what}, {level}")
    best = wanted.index(max(wanted))
    check(page.locator("#draw .best th").inner_text(), str(best), "the winner is lit")
    check(page.locator("#draw .says").inner_text(), f"The network takes it for {best}.", "and said")
    return seen, best


def drawn(browser, level):
    path = os.path.join(SHOTS, f"digits-{level}.html")
    command(level, "tour", "--html", path, WEIGHTS, IMAGES, LABELS)
    page, said = browser.new_page(viewport={"width": 1000, "height": 900}), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("file://" + os.path.abspath(path))
    page.wait_for_selector("html[data-ready]")
    page.locator("#draw").scroll_into_view_if_needed()
    check(page.locator("#draw canvas.digit").get_attribute("aria-label"), "Draw a digit here", "read aloud")
    for digit, strokes in DIGITS.items():
        seen, best = agrees(page, level, strokes, digit)
        check(best, digit, "what was drawn")
        as_mnist(seen)
        # Smaller, and in a corner, it is much the same: here it is read as the same digit.
        if digit in (0, 7):
            check(agrees(page, level, [[(0.6 * x, 0.6 * y + 0.4) for x, y in stroke] for stroke in strokes], digit)[1], digit, "smaller")
    page.locator("#draw").screenshot(path=os.path.join(SHOTS, f"drawn-{level}.png"))
    for _ in range(10):
        strokes = [[(random.uniform(0.05, 0.95), random.uniform(0.05, 0.95)) for _ in range(random.randint(1, 6))] for _ in range(random.randint(1, 3))]
        agrees(page, level, strokes, strokes)
    # The outputs move while one draws.
    page.locator("#draw button").click()
    check((page.locator("#draw .says").inner_text(), page.locator("#draw .best").count()), ("Draw a digit.", 0), "nothing is drawn")
    box = page.locator("#draw canvas.digit").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    states = set()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 50 + 10 * step, box["y"] + 50)
        states.add(tuple(outputs(page)))
    page.mouse.up()
    check(len(states) > 8, True, f"{len(states)} states of the outputs")
    # Tab leads to the button and on.
    page.locator("#draw button").focus()
    page.keyboard.press("Tab")
    check(page.evaluate("document.querySelector('#draw').contains(document.activeElement)"), False, "the keyboard is not kept")
    check(said, [], "the console")
    page.close()


def main():
    seeded()
    os.makedirs(SHOTS, exist_ok=True)
    with chromium() as browser:
        one_rounding(browser)
        for level in None, "plain":
            drawn(browser, level)


main()
