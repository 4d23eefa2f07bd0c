"""The chapter as a page, and with the engine in it, in a headless Chromium: `page.py NPTENSOR PAGE PLAYGROUND SHOTS WASM`.

Both are opened as files. What they show is compared with what the command prints; pictures of both are left in the folder SHOTS. WASM is a network of
tests/embed/wasm, run in a page of its own, with the images and outputs in target/embed if there are any.
"""

import json
import os
import random
import re
import subprocess
import sys
import unicodedata

from chromium import check, chromium, seeded

NPTENSOR, PAGE, PLAYGROUND, SHOTS, WASM = sys.argv[1:]
MISMATCH = "operands could not be broadcast together with shapes (3,) (4,) "


def explain(*words, level=None):
    """What the command says of these words, as JSON."""
    env = dict(os.environ, **({"NPTENSOR_LEVEL": level} if level else {}))
    done = subprocess.run([NPTENSOR, "explain", *words, "--json"], capture_output=True, text=True, env=env, check=True)
    return json.loads(done.stdout)


class Tab:
    """A page that may say nothing on the console."""

    def __init__(self, browser, path, setup=None, address=""):
        self.said = []
        self.page = browser.new_page(viewport={"width": 1000, "height": 900})
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: request.url.startswith(("file:", "data:")) or self.said.append(request.url))
        if setup:
            self.page.add_init_script(setup)
        self.page.goto("file://" + os.path.abspath(path) + address)
        self.page.wait_for_selector("html[data-ready]")

    def panel(self, name):
        return self.page.locator(f".panel[data-command={name}]")

    def type(self, name, *values):
        """Fills the fields of a panel, and waits for what comes of it."""
        panel = self.panel(name)
        for i, value in enumerate(values):
            panel.locator("textarea").nth(i).fill(value)
        self.page.wait_for_selector(f".panel[data-command={name}][aria-busy=false]")
        return panel

    def says(self, name):
        return self.panel(name).locator(".says").inner_text()

    def own(self, name, place, language):
        """The text of a place in a panel in one language, shown or not."""
        return self.panel(name).locator(place).evaluate("""(element, language) => [...element.childNodes].filter(
            node => !node.lang || node.lang === language).map(node => node.textContent).join("")""", language)

    def error(self, name, language="en"):
        return self.own(name, ".error", language)

    def close(self):
        check(self.said, [], "the console")
        self.page.close()


def step_through(tab):
    """By click and by key, through a product and a sum."""
    dot, broadcast = tab.panel("dot"), tab.panel("broadcast")
    check(tab.says("dot"), "dot(A, B)[0, 0] = 1·5 + 2·7 = 19", "first cell")
    dot.get_by_role("button", name="Next").click()
    check(tab.says("dot"), "dot(A, B)[0, 1] = 1·6 + 2·8 = 22", "by click")
    dot.locator(".group").focus()
    for key, says in [("ArrowRight", "[1, 0] = 3·5 + 4·7 = 43"), ("ArrowUp", "[0, 0] = 1·5 + 2·7 = 19"), ("End", "[1, 1] = 3·6 + 4·8 = 50"),
                      ("ArrowRight", "[1, 1] = 3·6 + 4·8 = 50"), ("ArrowLeft", "[1, 0] = 3·5 + 4·7 = 43"), ("Home", "[0, 0] = 1·5 + 2·7 = 19")]:
        tab.page.keyboard.press(key)
        check(tab.says("dot"), "dot(A, B)" + says, key)
    check(dot.locator(".says").get_attribute("aria-live"), "polite", "steps are announced")
    dot.locator("td.out").nth(3).click()
    check(tab.says("dot"), "dot(A, B)[1, 1] = 3·6 + 4·8 = 50", "by a click on a cell")
    check(dot.locator("td.lit").all_text_contents(), ["3", "4", "6", "8", "50"], "row, column and cell")
    check(dot.locator(".sum tbody td").all_text_contents(), ["0", "3", "6", "18", "18", "1", "4", "8", "32", "50"], "the running sum")

    # From the last field on, with the keyboard alone: three tabs lead past the group to the button.
    broadcast.locator("textarea").nth(1).focus()
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("ArrowDown")
    check(tab.says("broadcast"), "(a + b)[1, 0] = a[1, 0] + b[0] = 10 + 1 = 11", "a row down")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    check(tab.says("broadcast"), "(a + b)[1, 1] = a[1, 0] + b[1] = 10 + 2 = 12", "by Tab and Enter")
    check(broadcast.locator("td.out").all_text_contents()[:6], ["1", "2", "3", "4", "11", "12"], "the sums")
    check(broadcast.locator("td.lit").all_text_contents(), ["10", "2", "12"], "the values that are typed")


def every_cell(tab, level):
    """Random operands: what the steps show is what the command says."""
    number = lambda floats: str(round(random.uniform(-9, 9), random.randint(1, 4)) if floats else random.randint(-99, 99))
    rows = lambda *shape, floats: "[" + ", ".join(rows(*shape[1:], floats=floats) if shape[1:] else number(floats) for _ in range(shape[0])) + "]"
    for case in range(40):
        m, k, n = (random.randint(1, 4) for _ in range(3))
        a, b = [(k,), (m, k)][case % 2], [(k,), (k, n)][case // 2 % 2]
        words = [rows(*shape, floats=case > 12) for shape in (a, b)]
        panel, wanted = tab.type("dot", *words), explain("dot", *words, level=level)
        check(tab.error("dot"), "", words)
        places = 1 if len(wanted["cells"]) == 1 else random.randint(1, len(wanted["cells"]))
        for place in range(places):
            cell = wanted["cells"][place]
            body = panel.locator(".sum tbody tr")
            shown = [[eval(text) for text in body.nth(term).locator("td").all_text_contents()] for term in range(k)]
            terms = zip(range(k), cell["row"], cell["column"], cell["products"], cell["running"])
            check(shown, [list(term) for term in terms], words)
            # The order in lanes folds out, of floats alone.
            lanes = wanted["order"] == "lanes" and wanted["dtype"] == "float64"
            folded = panel.locator(".scroll > details p[lang=en]").all_text_contents()
            check(["Both orders" in text for text in folded], [cell["running"][-1] == cell["value"]] if lanes else [], words)
            if place + 1 < len(wanted["cells"]):
                panel.get_by_role("button", name="Next").click()
    for case in range(40):
        out = [random.randint(1, 3) for _ in range(random.randint(0, 3))]
        shapes = [[random.choice([1, size]) for size in out[random.randint(0, len(out)):]] for _ in range(2)]
        words = ["(" + "".join(f"{size}," for size in shape) + ")" for shape in shapes]
        # Values in the place of one shape, or of both, or of none.
        for side in range(2):
            if random.random() < 0.5:
                words[side] = rows(*shapes[side], floats=case > 20) if shapes[side] else number(case > 20)
        tab.type("broadcast", *words)
        cells = explain("broadcast", *words)["cells"]
        cell = random.choice(cells)
        steps = cells.index(cell)
        tab.panel("broadcast").locator(".group").focus()
        for _ in range(steps):
            tab.page.keyboard.press("ArrowRight")
        index, a, b = (f"[{', '.join(map(str, cell[name]))}]" if cell[name] else "" for name in ("index", "a", "b"))
        if cell["values"] is None:
            check(tab.says("broadcast"), f"(a + b){index} reads a{a} and b{b}", words)
            continue
        says, values = tab.says("broadcast").split(" = ", 2)[1:]
        check(says, f"a{a} + b{b}", words)
        shown = [eval(text) for text in re.fullmatch(r"(\S+) \+ (\S+) = (\S+)", values).groups()]
        check((shown, [type(x) for x in shown]), (cell["values"], [type(x) for x in cell["values"]]), words)


def one_meaning(tab):
    """[1, 2, 3] is a list, (3,) a shape that counts from 0, 5 a number: here as in the command."""
    tab.type("dot", "(2,2)", "[[5, 6], [7, 8]]")
    check((tab.error("dot"), tab.says("dot")), ("", "dot(A, B)[0, 0] = 0·5 + 1·7 = 7"), "a shape counts from 0")
    tab.type("broadcast", "[1, 2, 3]", "5")
    check((tab.error("broadcast"), tab.says("broadcast")), ("", "(a + b)[0] = a[0] + b = 1 + 5 = 6"), "a list and a number")
    tab.type("broadcast", "[10, 20, 30]", "(2,1)")
    check(tab.panel("broadcast").locator("td.out").all_text_contents(), ["10", "20", "30", "11", "21", "31"], "a list and a shape")


def mistakes(tab):
    """Shapes that do not fit, and what is no shape."""
    tab.type("broadcast", "(3,)", "(4,)")
    check(tab.error("broadcast"), MISMATCH, "NumPy's text")
    check(tab.panel("broadcast").locator(".says").count(), 0, "no steps")
    check(tab.panel("broadcast").locator("figcaption .command").text_content(), 'nptensor explain broadcast "(3,)" "(4,)"', "the command for it")
    tab.type("broadcast", "(3,1)", "(4,)")
    check((tab.error("broadcast"), tab.says("broadcast")), ("", "(a + b)[0, 0] reads a[0, 0] and b[0]"), "mended")
    tab.type("dot", "[[1, 2, 3], [4, 5, 6]]", "[[1, 2], [3, 4]]")
    check(tab.error("dot"), "shapes (2,3) and (2,2) not aligned: 3 (dim 1) != 2 (dim 0)", "NumPy's text")
    ragged = "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. " \
             "The detected shape was (2,) + inhomogeneous part."
    tab.type("dot", "[[1, 2], [3]]", "[1, 2]")
    check(tab.error("dot"), ragged, "NumPy's text")
    for words in ["", "[", "x", "[1, 2]]", "[[[", "1e999", "(", "[1,,2]", "<b>", "[" * 5000, "9" * 400]:
        tab.type("dot", words, words)
        tab.type("broadcast", words, words)
        for name in "dot", "broadcast":
            check(tab.panel(name).locator(".error :not(span)").count(), 0, "text, not tags")
    check(tab.error("broadcast") != "", True, "a reason")
    tab.type("dot", "[[1, 2], [3, 4]]", "[[5, 6], [7, 8]]")
    tab.type("broadcast", "(3,1)", "(4,)")


def views(tab):
    """Each view by its button, and the same element lit in its grid and in the line of memory."""
    page, panel = tab.page, tab.panel("layout")
    panel.locator("[data-values]").first.click()
    page.wait_for_selector(".panel[data-command=layout][aria-busy=false]")
    picture, says = panel.locator(".picture"), panel.locator(".says")
    shown = lambda: picture.locator("[data-part]").evaluate_all("all => all.filter(part => getComputedStyle(part).display !== 'none').map(part => part.dataset.part)")
    lit = lambda: picture.locator("[data-part]:visible .at").evaluate_all("all => all.map(cell => [cell.dataset.place, cell.textContent])")
    check(panel.locator(".controls button").all_text_contents(), ["a", "transpose", "slice ::-1", "reshape (6,)"], "the views")
    check((shown(), lit()), (["reshape (6,)"], [["1.0", "30"]] * 2), "the last, and its first element, above and below")
    check("stride 3 = 6. It is -1" in picture.locator("[data-part]").last.text_content(), True, "why it is a copy")
    heights = set()
    for button in panel.locator(".controls button").all():
        button.click()
        check((shown(), button.get_attribute("aria-pressed")), ([button.inner_text()], "true"), "one view at a time")
        heights.add(tuple(panel.evaluate("element => [element.offsetHeight, element.offsetTop]")))
    check(len(heights), 1, "nothing below moves")
    # The line is walked backwards, down a column; a key that leads nowhere changes nothing.
    panel.get_by_role("button", name="slice ::-1").click()
    picture.focus()
    for key, said, place in [("Home", "[0,0]: 2 + -1*0 + 3*0 = 2 → 30", "0.2"), ("ArrowDown", "[1,0]: 2 + -1*1 + 3*0 = 1 → 20", "0.1"),
                             ("ArrowDown", "[2,0]: 2 + -1*2 + 3*0 = 0 → 10", "0.0"), ("ArrowDown", "[2,0]: 2 + -1*2 + 3*0 = 0 → 10", "0.0"),
                             ("ArrowRight", "[2,1]: 2 + -1*2 + 3*1 = 3 → 40", "0.3"), ("ArrowUp", "[1,1]: 2 + -1*1 + 3*1 = 4 → 50", "0.4"),
                             ("ArrowLeft", "[1,0]: 2 + -1*1 + 3*0 = 1 → 20", "0.1"), ("End", "[2,1]: 2 + -1*2 + 3*1 = 3 → 40", "0.3")]:
        page.keyboard.press(key)
        check((says.text_content(), {place for place, _ in lit()}, len(lit())), (said, {place}, 2), key)
    check((says.get_attribute("aria-live"), picture.get_attribute("role")), ("polite", "group"), "for who cannot see it")
    # The element stays lit where the view before has it; by pointer, from the line to the grid.
    panel.get_by_role("button", name="transpose").click()
    check((says.text_content(), lit()), ("[0,1]: 0 + 1*0 + 3*1 = 3 → 40", [["0.3", "40"]] * 2), "the same element")
    picture.locator("[data-part=transpose] [data-place='0.5']").last.hover()
    check((says.text_content(), lit()), ("[2,1]: 0 + 1*2 + 3*1 = 5 → 60", [["0.5", "60"]] * 2), "by pointer")
    picture.locator("[data-part=transpose] [data-place='0.1'][data-says]").dispatch_event("pointerdown", {"pointerType": "touch"})
    check(lit(), [["0.1", "20"]] * 2, "by touch")
    # A stride of 0: down a column the line stands still.
    panel.locator("[data-values]", has_text="broadcast_to").click()
    page.wait_for_selector(".panel[data-command=layout][aria-busy=false]")
    picture.focus()
    page.keyboard.press("ArrowRight")
    check(lit(), [["0.1", "20"]] * 3, "two indices, one element")
    check("(and 1 more)" in says.inner_text(), True, says.inner_text())
    # What is half typed greys the last good picture, and moves nothing.
    height = panel.evaluate("element => element.offsetHeight")
    tab.type("layout", "[10, 20, 30]", "np.broadcast_to(a, (2, 3)")
    check(("stale" in panel.get_attribute("class"), tab.error("layout") != "", picture.is_visible()), (True, True, True), "greyed")
    check(panel.evaluate("element => element.offsetHeight"), height, "no jump")
    check(tab.panel("layout").locator("figcaption .command").text_content(), 'nptensor explain layout "[10, 20, 30]" "np.broadcast_to(a, (2, 3)"', "the command")
    tab.type("layout", "[10, 20, 30]", "np.broadcast_to(a, (2, 3))")
    check(("stale" in panel.get_attribute("class"), tab.error("layout")), (False, ""), "and whole again")


def five_loops(tab):
    """One cut after the other: what stays is lit, and fewer loads are left."""
    figure = tab.page.locator("#why-a-product-is-fast ~ figure").first
    buttons, parts = figure.locator(".controls").first.locator("button"), figure.locator("[data-part]")
    wanted = explain("blocks", "512", "512", "512", "f32")["ladder"]
    if len(wanted) == 0:
        return # No tiles at this level.
    check(buttons.all_inner_texts(), ["three loops", "a tile", "a sliver", "a block", "a panel", "sizes", "loops", "order", "counts"], "the cuts")
    heights = set()
    tab.page.emulate_media(reduced_motion="reduce")
    for i, stays in enumerate(["", "out", "b", "a", "b", "", "", "", ""]):
        buttons.nth(i).click()
        check(parts.evaluate_all("all => all.map(part => getComputedStyle(part).display !== 'none')").index(True), i, "one at a time")
        heights.add(figure.evaluate("element => element.offsetHeight"))
        cut = """figure => { const svg = figure.querySelector('svg'), { y, height } = svg.viewBox.baseVal, end = text => text.getBBox().y + text.getBBox().height;
                               return [...svg.querySelectorAll('text')].filter(text => !text.closest('[style*=none]') && end(text) > y + height).map(text => text.textContent); }"""
        check(figure.evaluate(cut), [], "no line is cut")
        texts = parts.nth(i).locator("text:not([lang=zh])").all_text_contents()
        if stays:
            check(parts.nth(i).locator("rect.lit").evaluate_all("all => all.map(rect => rect.classList[0])"), [stays], "what stays")
            check(texts[-1], f"{wanted[i]['loads']:.4f}", "the loads that are left")
            check(figure.locator(".moves").count(), 0, "nothing moves by itself where that is not wanted")
    # Step by step: what passes a sliver is as many tiles as the loops make, and the loads fall from those of a tile alone to those of the sliver.
    buttons.nth(2).click()
    step, play, says = figure.get_by_role("button", name="Step"), figure.get_by_role("button", name="Play"), figure.locator(".says")
    turns = next(loop["turns"] for loop in explain("blocks", "512", "512", "512", "f32")["loops"] if loop["name"] == "LOOP 1")
    falls, places = [], []
    for turn in range(turns):
        step.focus()
        tab.page.keyboard.press("Enter")
        check(says.inner_text().startswith(f"tile {turn + 1} of {turns}: "), True, says.inner_text())
        falls.append(parts.nth(2).locator("text").last.text_content())
        check(falls[-1] in says.inner_text(), True, "said and drawn")
        moving = figure.locator(".moves")
        places.append(moving.evaluate_all("all => all.map(rect => [rect.x.baseVal.value, rect.y.baseVal.value])"))
    check((falls[0], falls[-1]), tuple(f"{wanted[i]['loads']:.4f}" for i in (1, 2)), "from a tile to a sliver")
    check(falls, sorted(falls, key=float, reverse=True), "they fall")
    check([len({x for x, _ in rects}) for rects in zip(*places)], [1, 1], "tiles of A and C, straight down")
    check(all(a[1] < b[1] for rects in zip(*places) for a, b in zip(rects, rects[1:])), True, "each below the one before")
    step.click()
    check((buttons.nth(3).get_attribute("aria-pressed"), says.inner_text()[:12]), ("true", "sliver 1 of "), "on to the next cut")
    # By itself, to the end of the part that was chosen; or of all, once it is asked to play.
    tab.page.emulate_media(reduced_motion="no-preference")
    buttons.nth(3).click()
    first = says.inner_text()
    tab.page.wait_for_function("([figure, first]) => figure.querySelector('.says').innerText !== first", arg=[figure.element_handle(), first])
    figure.get_by_role("button", name="Pause").click()
    still = says.inner_text()
    tab.page.wait_for_timeout(700)
    check((says.inner_text(), play.is_visible()), (still, True), "it waits")
    check(figure.locator(".moves:visible").count(), 2, "where it was")
    buttons.nth(0).click()
    check((figure.locator(".moves").count(), says.inner_text()), (0, ""), "as it was drawn")
    heights.add(figure.evaluate("element => element.offsetHeight"))
    check(len(heights), 1, "nothing below moves")


def guesses(tab):
    """Skippable questions, whose answer is the result that follows."""
    shut = tab.page.locator(".guess:not([open])")
    check((shut.count(), tab.page.locator(".guess li button:visible").count()), (6, 0), "not in the way")
    guess = tab.page.locator(".guess", has_text="np.argmax(a)")
    guess.locator("summary").focus()
    tab.page.keyboard.press("Enter")
    guess.get_by_role("button").nth(2).click()
    check(guess.locator("li").evaluate_all("all => all.map(choice => choice.className)"), ["", "right", "wrong"], "which it is")
    why = "argmax tells where the greatest number stands, not which it is, and counts from 0."
    check(guess.locator("output").inner_text(), "No, it is the one that is marked.\n" + why, "that it is not that, and why")
    height = guess.evaluate("element => element.offsetHeight")
    guess.get_by_role("button").nth(1).click()
    check(guess.locator("output").inner_text(), "Yes.\n" + why, "that it is, and why")
    check(guess.evaluate("element => element.offsetHeight"), height, "no jump")
    spans = tab.page.locator(".guess output").evaluate_all("all => all.map(output => [...output.querySelectorAll(':scope > [lang]')].map(text => text.textContent.length > 10))")
    check(spans, [[True, True]] * 6, "each has its reason, in both languages")
    # Who has not chosen is told nothing yet.
    other = tab.page.locator(".guess", has_text="c + b")
    other.locator("summary").click()
    check(other.locator("output").evaluate("output => getComputedStyle(output).visibility"), "hidden", "not before")
    height = other.evaluate("element => element.offsetHeight")
    other.get_by_role("button").nth(1).click()
    check((other.locator("output").is_visible(), other.evaluate("element => element.offsetHeight")), (True, height), "and then nothing moves")
    # What is right is what the next result says.
    plain = lambda text: re.sub(r"[`\s]", "", text)
    follows = """guess => { let next = guess.nextElementSibling; while (!next.matches('.snippets')) next = next.nextElementSibling;
                          return [...next.querySelectorAll('.prints, .raises')].map(cell => cell.className + ' ' + cell.textContent); }"""
    answers = ["prints (4,)", "prints array([0, 5, 1, 6, 2, 7])", "prints (3, 4)", "raises operands", "prints 2", "prints array([0.33333333, 0.33333333"]
    for guess, answer in zip(tab.page.locator(".guess").all(), answers):
        check(any(text.startswith(answer) for text in guess.evaluate(follows)), True, answer)
    rights = tab.page.locator(".guess").evaluate_all("all => all.map(guess => guess.querySelectorAll('li')[guess.dataset.right].textContent)")
    check([plain(right)[:6] for right in rights], ["(4,)", "acopy:", "(3,4)", "anerro", "2", "1/3,1/"], "what is right")


def live(tab):
    """The engine in the page: its text is what the command prints for as many columns."""
    for name, *words in [
        ("dot", "[[1.5, 2], [3, 4]]", "[0.5, -1]"),
        ("broadcast", "(2,1,3)", "(4,1)"),
        ("layout", "(6,7)", "a[::-2, 1:5:2]"),
        ("layout", "[[10, 20, 30], [40, 50, 60]]", "a[1, ::-1]"),
        ("layout", "(3,4,2)", "np.flip(a, 0).T.reshape(-1)"),
        ("broadcast", "[[0.5], [10]]", "[1, 2]"),
        ("broadcast", "5", "[1, 2, 3]"),
        ("dot", "[9007199254740993, 1]", "[1, 1]"),
        ("softmax", "[1010, 1000, 990]"),
        ("forward", "[0.25, -0.5]"),
    ]:
        panel = tab.type(name, *words)
        check(tab.error(name), "", words)
        words = [field.input_value() for field in panel.locator("textarea").all()]
        for language in "en", "zh":
            wanted = subprocess.run([NPTENSOR, "explain", name, *words, "--lang", language], capture_output=True, text=True, check=True,
                                    env=dict(os.environ, COLUMNS=panel.get_attribute("data-columns"), NPTENSOR_LEVEL="plain")).stdout
            check(tab.own(name, ".text", language).strip(), wanted.strip(), words)
        check(panel.locator(".picture svg title[lang=en]").count(), 1, "a picture")
    for name, *words in [("layout", "(4,5)", "a[::0]"), ("softmax", "[[1], [2, 3]]"), ("forward", "[1, 2, 3]"), ("layout", "(4,5)", "a[9]")]:
        tab.type(name, *words)
        typed = [field.input_value() for field in tab.panel(name).locator("textarea").all()]
        for language in "en", "zh":
            said = subprocess.run([NPTENSOR, "explain", name, *typed, "--lang", language], capture_output=True, text=True)
            check(f"nptensor: {tab.error(name, language)}", said.stderr.removesuffix("\n"), words)
        check("stale" in tab.panel(name).get_attribute("class"), True, "the last picture is greyed")
    tab.type("layout", "(4,5)", "a[1, ::-1]")
    check((tab.error("layout"), "stale" in tab.panel("layout").get_attribute("class")), ("", False), "mended")
    # Shapes that agree, and a result that no memory of 32 bits holds.
    tab.type("broadcast", "(100000,1)", "(1,100000)")
    check("array is too big" in tab.error("broadcast"), True, tab.error("broadcast"))
    check(tab.panel("broadcast").locator(".steps p").count(), 0, "no sizes that differ")
    tab.type("broadcast", "(3,1)", "(4,)")


# The first question after `trap` stops the module as a panic would.
TRAP = """
const start = WebAssembly.instantiate;
WebAssembly.instantiate = async module => {
  const { exports } = await start(module);
  const np_explain = (...question) => {
    if (window.trap) { window.trap = false; throw new WebAssembly.RuntimeError("unreachable"); }
    return exports.np_explain(...question);
  };
  return { exports: { ...exports, np_explain } };
};
"""


def after_a_panic(browser):
    tab = Tab(browser, PLAYGROUND, TRAP)
    tab.page.evaluate("window.trap = true")
    tab.type("dot", "[1, 2]")
    check([tab.error("dot", language)[:10] for language in ("en", "zh")], ["the engine", "引擎在这个输入上停了"], "a panic is told")
    tab.type("dot", "[1, 2]", "[3, 4]")
    check((tab.error("dot"), tab.says("dot")), ("", "dot(A, B) = 1·3 + 2·4 = 11"), "and over")
    tab.close()


def stored(browser, path):
    """What is typed, and where one is, stands in the address: a link opens that very state. Copies are what they say."""
    tab = Tab(browser, path)
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.type("dot", "[[1, 2], [3, 4]]", "[[1], [0.5]]")
    tab.panel("dot").locator(".group").focus()
    page.keyboard.press("ArrowRight")
    tab.panel("layout").locator("[data-values]", has_text="a.T.reshape(6)").click()
    page.wait_for_selector(".panel[data-command=layout][aria-busy=false]")
    tab.panel("layout").locator(".picture").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    states = {"dot": ["[[1, 2], [3, 4]]", "[[1], [0.5]]", "1"], "layout": ["[[10, 20, 30], [40, 50, 60]]", "a.T.reshape(6)", "2.1.5"]}
    found = "() => Object.fromEntries([...new URLSearchParams(location.search).keys()].map(name => [name, new URLSearchParams(location.search).getAll(name)]))"
    check(page.evaluate(found), states, "the address")
    said = [tab.says("dot"), tab.says("layout")]
    check(said, ["dot(A, B)[1, 0] = 3.0·1.0 + 4.0·0.5 = 5.0", "[5]: 0 + 1*5 = 5 → 60"], "where one is")
    other = Tab(browser, path, address=page.evaluate("location.search + '#layout'"))
    check(([other.says("dot"), other.says("layout")], other.page.evaluate(found)), (said, states), "opened again")
    other.close()
    # A panel's own link has its state alone, and its place.
    tab.panel("layout").get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    check(link.endswith("#layout") and "dot=" not in link, True, link)
    other = Tab(browser, path, address=link[link.index("?"):])
    check((other.says("layout"), other.says("dot")), (said[1], "dot(A, B)[0, 0] = 1·5 + 2·7 = 19"), "the link of a panel")
    top = other.page.evaluate("document.getElementById('layout').getBoundingClientRect().top")
    check(0 <= top <= 40, True, f"the panel is {top} pixels from the top")
    other.close()
    # As it was written, it has no state; and what no panel understands is an error like what is typed.
    tab.panel("layout").locator("[data-values]").first.click()
    tab.type("dot", "[[1, 2], [3, 4]]", "[[5, 6], [7, 8]]")
    page.wait_for_timeout(500)
    check(page.evaluate("location.search"), "", "nothing to say")
    table = page.locator(".snippets").first
    table.get_by_role("button", name="Copy").first.click()
    cells = table.locator("td.numpy").all_text_contents()
    check((page.evaluate("navigator.clipboard.readText()"), len(cells) > 0), ("\n".join(cells), True), "a column of snippets")
    tab.panel("dot").get_by_role("button", name="Copy command").click()
    check(page.evaluate("navigator.clipboard.readText()"), 'nptensor explain dot "[[1, 2], [3, 4]]" "[[5, 6], [7, 8]]"', "a command")
    tab.close()
    lacks(browser, path)
    tab = Tab(browser, path, address="?dot=x&dot=[1]&layout=a&layout=b&layout=99.7.7&broadcast=1#dot")
    check((tab.error("dot") != "", tab.error("layout") != "", tab.error("broadcast")), (True, True, ""), "nonsense")
    tab.close()


def lacks(browser, path):
    """A link to a panel that this page has as a picture alone says so, and stays in the address; what is for no panel stays, too."""
    for language, words in ("en", "This page has no panel"), ("zh", "这个网页没有"):
        tab = Tab(browser, path, address=f"?lang={language}&softmax=[1,2]&from=a%20letter#softmax")
        noted = tab.page.locator("figure#softmax .lacks:visible")
        check([words in text for text in noted.all_inner_texts()], [True] if path == PAGE else [], "said in plain words")
        top = tab.page.evaluate("document.getElementById('softmax').getBoundingClientRect().top")
        check(0 <= top <= 40, True, f"softmax is {top} pixels from the top")
        tab.type("broadcast", "(3,1)", "(4,)")
        tab.page.wait_for_timeout(500)
        found = tab.page.evaluate("['softmax', 'from', 'broadcast'].map(name => new URLSearchParams(location.search).getAll(name))")
        check(found, [["[1,2]"], ["a letter"], ["(3,1)", "(4,)"]], "what was asked for is still in the address")
        check(tab.page.locator(".lacks").count(), 2 if path == PAGE else 0, "one note")
        tab.close()


def printed(browser, path):
    """On paper each part of a picture is there, a picture of its own; and then the page is as it was."""
    tab = Tab(browser, path)
    tab.page.evaluate("""() => addEventListener('beforeprint', () => {
        window.printed = [...document.querySelectorAll('.picture')].map(picture => [...picture.querySelectorAll('.paper')].map(svg =>
            [svg.querySelectorAll('[data-part]').length, svg.querySelectorAll('[data-part][style]').length])); })""")
    figure = tab.page.locator("#why-a-product-is-fast ~ figure").first
    for name in "a block", "Pause":
        figure.get_by_role("button", name=name).click()
    tab.page.pdf(format="A4")
    check(figure.locator(".moves").count(), 0, "nothing is on its way on paper")
    found = tab.page.evaluate("window.printed")
    parts = figure.locator("[data-part]").count()
    check(([[1, 0]] * parts in found, parts > 0), (True, True), "all of why a product is fast, each part by itself")
    check(tab.page.locator(".paper").count(), 0, "afterwards")
    tab.close()


def newcomer(browser):
    """Why hidden layers must not be linear is said with numbers first, and says where matrices are multiplied."""
    for language, factor in ("en", "multiply by 2 and the next by 3"), ("zh", "一层乘以 2，下一层乘以 3"):
        tab = Tab(browser, PAGE, address=f"?lang={language}")
        says = tab.page.locator("main p:visible", has_text=factor)
        says.get_by_role("link", name="1.4").click()
        check((says.count(), tab.page.evaluate("location.hash")), (1, "#dot-product"), "a link")
        tab.close()


def links(browser, path):
    """Every section has an address of its own that is to be seen, and who follows one arrives there."""
    tab = Tab(browser, path)
    for heading in tab.page.locator("h2[id], h3[id]").all():
        anchor = heading.locator("a.anchor")
        check((anchor.get_attribute("href"), anchor.is_visible()), ("#" + heading.get_attribute("id"), True), "an anchor")
        check(tab.page.locator(f"nav a[href='#{heading.get_attribute('id')}']").count(), 1, "and it is listed")
    listed = tab.page.locator(".topics a").evaluate_all("all => all.map(link => link.hash.slice(1))")
    tab.close()
    topics = ["arrays-and-axes", "broadcasting", "strides-and-views", "dot-product", "why-a-product-is-fast", "softmax-function"]
    check(listed, topics, "topics before all else")
    for place in *topics, "s3-2", "broadcast", "layout":
        tab = Tab(browser, path, address="#" + place)
        top = tab.page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", place)
        check(0 <= top <= 40, True, f"{place} is {top} pixels from the top")
        tab.close()


def formulas(browser):
    """The chapter's nine, drawn, and none wider than a phone."""
    tab = Tab(browser, PAGE)
    tab.page.set_viewport_size({"width": 360, "height": 900})
    # (What is to be seen: symbols are italic letters of their own there.)
    shown = ["".join(unicodedata.normalize("NFKC", text).split()) for text in tab.page.locator(".formula").all_inner_texts()]
    check(len(shown), 9, "formulas")
    for formula in ["y=h(b+w1x1+w2x2)h(x)={0wherex≤01wherex>0", "h(x)=11+exp(−x)", "a1(1)=w11(1)x1+w12(1)x2+b1(1)", "yk=exp(ak)∑iexp(ai)"]:
        check(formula in shown, True, f"{formula} in {shown}")
    cut = "[...document.querySelectorAll('.formula')].filter(box => box.scrollWidth > box.clientWidth).map(box => box.textContent)"
    check(tab.page.evaluate(cut), [], "formulas that are cut")
    boxes = "[...document.querySelectorAll('mfrac')].map(fraction => [...fraction.children].map(part => part.getBoundingClientRect()))"
    check(tab.page.evaluate(boxes + ".map(([above, below]) => above.bottom <= below.top + 1)"), [True] * 5, "one above the other")
    tab.close()


def looks(browser, path, name):
    """Nothing wider than the page, at any width, in light and dark, in either language; and on paper."""
    for language in "en", "zh":
        looks_in(browser, path, name, language)


def looks_in(browser, path, name, language):
    tab = Tab(browser, path, address=f"?lang={language}")
    beyond = "element => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.grids, .scroll, .picture, .says, pre, code, .skip, thead, details')"
    for scheme in "light", "dark":
        tab.page.emulate_media(color_scheme=scheme)
        for width in 320, 360, 768, 1400, 1600:
            tab.page.set_viewport_size({"width": width, "height": 900})
            wide = tab.page.evaluate("document.scrollingElement.scrollWidth")
            check(wide <= width, True, f"{name}: {wide} pixels at {width}")
            found = f"[...document.querySelectorAll('body *')].filter({beyond}).map(element => element.outerHTML.slice(0, 80))"
            check(tab.page.evaluate(found), [], f"{name} at {width}")
            cut = "[...document.querySelectorAll('td pre')].filter(pre => pre.scrollWidth > pre.clientWidth).map(pre => pre.textContent)"
            check(tab.page.evaluate(cut) if width > 320 else [], [], f"code that is cut at {width}")
            if width in (360, 768, 1400):
                tab.page.screenshot(path=f"{SHOTS}/{name}-{width}-{scheme}-{language}.png", full_page=True)
    tab.page.pdf(path=f"{SHOTS}/{name}-{language}.pdf", format="A4")
    tab.close()


def languages(browser, path):
    """One button changes all texts, by the keyboard too; the address keeps the language, and the section that it names."""
    tab = Tab(browser, path, address="#broadcasting")
    # (Lines of pictures are more in one language than in the other.)
    texts = """() => { const seen = [...document.querySelectorAll('[lang]:not(html, button)')].filter(e => e.checkVisibility());
                       return [[...new Set(seen.map(e => e.getAttribute('lang')))], seen.filter(e => !e.closest('svg')).length]; }"""
    drawn = "[...document.querySelectorAll('svg.np text')].filter(text => text.checkVisibility()).map(text => text.textContent).join(' ')"
    first = "[...document.querySelectorAll('svg.np')].map(svg => svg.querySelector('title').lang || svg.querySelector('title').getAttribute('lang'))"
    (found, count), title = tab.page.evaluate(texts), tab.page.title()
    check((found, count > 100, title[:15]), (["en"], True, "Neural networks"), "English")
    button = tab.page.locator("#language")
    check((button.inner_text(), button.get_attribute("lang")), ("中文", "zh"), "the other one")
    button.focus()
    tab.page.keyboard.press("Enter")
    check(tab.page.evaluate(texts), [["zh"], count], "as many texts, in Chinese")
    said = tab.page.evaluate(drawn)
    check(("形状从右边对齐" in said, "Shapes are aligned" in said, set(tab.page.evaluate(first))), (True, False, {"zh"}), "pictures as well")
    check(tab.page.locator("html").get_attribute("lang"), "zh", "the language of the page")
    check(tab.page.title(), tab.page.locator("h1").inner_text(), "the title")
    check(tab.page.locator("nav").get_attribute("aria-label"), "目录", "what is read aloud")
    check(tab.page.evaluate("[location.search, location.hash]"), ["?lang=zh", "#broadcasting"], "the address")
    check(tab.panel("broadcast").get_by_role("button", name="下一个").is_visible(), True, "what the script has made")
    tab.type("broadcast", "(3,)", "(4,)")
    check(tab.error("broadcast", "zh"), MISMATCH, "NumPy's text")
    check("3 遇到 4" in tab.panel("broadcast").locator(".steps").inner_text(), True, "and what it makes now")
    tab.page.keyboard.press("Tab")
    button.click()
    check((tab.page.evaluate(texts)[0], tab.page.evaluate("location.search.split('&')[0]")), (["en"], "?lang=en"), "and back")
    tab.close()
    # By the address alone; the page never was in another language.
    watch = """new MutationObserver(() => document.body && (window.shown ??= new Set()).add(document.documentElement.lang))
               .observe(document, { childList: true, subtree: true, attributes: true });"""
    tab = Tab(browser, path, watch, "?lang=zh#s3-2")
    check(tab.page.evaluate("[...window.shown]"), ["zh"], "no other language before")
    top = tab.page.evaluate("document.getElementById('s3-2').getBoundingClientRect().top")
    check(0 <= top <= 40, True, f"s3-2 is {top} pixels from the top")
    tab.close()
    tab = Tab(browser, path, address="?lang=fr")
    check(tab.page.evaluate(texts)[0], ["en"], "a language that the page has not")
    tab.close()


def without_script(browser):
    """Every picture and every result is there."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto("file://" + os.path.abspath(PAGE))
    check(page.locator("figure svg").count() >= 14, True, "pictures")
    check(page.locator("form:visible").count(), 0, "nothing that would not work")
    check(page.get_by_text("[0.31682708 0.69627909]").first.is_visible(), True, "the answer")
    page.close()


def network_in_wasm(browser):
    """tests/embed/wasm by its loader, from a server that is none."""
    built = os.path.join(os.path.dirname(WASM), "..", "..")
    files = {name: os.path.join("tests/embed/wasm", name) for name in ("network.mjs", "check.mjs")}
    files |= {"wasm.wasm": WASM} | {name: os.path.join(built, name) for name in ("images", "outputs.npy")}
    types = {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def answer(route):
        name = route.request.url.rsplit("/", 1)[1]
        if name in files and os.path.exists(files[name]):
            route.fulfill(path=files[name], content_type=types.get(os.path.splitext(name)[1], "application/octet-stream"))
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html", status=404 if name else 200)

    page = browser.new_page()
    page.route("http://network.test/**", answer)
    page.goto("http://network.test/")
    data = ["images", "outputs.npy"] if os.path.exists(files["images"]) else []
    found = page.evaluate("""async data => {
        const { check } = await import("/check.mjs");
        const bytes = name => fetch(name).then(answer => answer.arrayBuffer()).then(buffer => new Uint8Array(buffer));
        return check("/wasm.wasm", ...await Promise.all(data.map(bytes)));
    }""", data)
    print(f"in Chromium: {found}")
    check("all bits right" in found or found == "0.31682708 0.69627909", True, found)
    page.close()


def main():
    seeded()
    os.makedirs(SHOTS, exist_ok=True)
    with chromium() as browser:
        for path, level in (PAGE, None), (PLAYGROUND, "plain"):
            tab = Tab(browser, path)
            step_through(tab)
            every_cell(tab, level)
            one_meaning(tab)
            mistakes(tab)
            views(tab)
            five_loops(tab)
            guesses(tab)
            if path == PLAYGROUND:
                live(tab)
            tab.close()
            links(browser, path)
            stored(browser, path)
            languages(browser, path)
            printed(browser, path)
        newcomer(browser)
        formulas(browser)
        network_in_wasm(browser)
        after_a_panic(browser)
        without_script(browser)
        for path, name in (PAGE, "page"), (PLAYGROUND, "playground"):
            looks(browser, path, name)


main()
