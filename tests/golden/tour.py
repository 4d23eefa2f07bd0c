"""The NumPy column of the tour as one program: `python tour.py target/release/nptensor`.

Each snippet of the page runs after those before it. What it prints, an expression alone as Python's prompt prints it, is what stands beside it, to the
character; where the page says 'raises', it raises that. Exit code 0 only if all agree.
"""

import ast
import contextlib
import html.parser
import io
import subprocess
import sys
import warnings

import numpy as np


class Snippets(html.parser.HTMLParser):
    """Rows of the tables of snippets: `numpy` and, where there is one, `prints` or `raises`."""

    def __init__(self):
        super().__init__()
        self.rows, self.cell = [], None

    def handle_starttag(self, tag, attributes):
        if tag == "td":
            name = dict(attributes).get("class")
            self.cell = name if name in ("numpy", "prints", "raises") else None
            if name == "numpy":
                self.rows.append({})
            if self.cell:
                self.rows[-1][name] = ""

    def handle_endtag(self, tag):
        if tag == "td":
            self.cell = None

    def handle_data(self, text):
        if self.cell:
            self.rows[-1][self.cell] += text


def run(snippet, names):
    """What it prints, or raises."""
    body, out = ast.parse(snippet).body, io.StringIO()
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(ast.Module(body, []), "tour", "exec"), names)
            value = eval(compile(ast.Expression(last.value), "tour", "eval"), names) if last else None
            if value is not None:
                print(repr(value))
    except Exception as error:
        return "raises", str(error)
    text = out.getvalue().removesuffix("\n")
    return ("prints", text) if text else (None, "")


def main(command):
    page = subprocess.run([command, "tour", "--html", "-"], check=True, capture_output=True, text=True).stdout
    rows, names, bad = Snippets(), {}, 0
    rows.feed(page)
    # (The chapter's own overflow.)
    warnings.simplefilter("ignore", RuntimeWarning)
    for row in rows.rows:
        numpy = row.pop("numpy")
        wanted = next(iter(row.items()), (None, ""))
        found = run(numpy, names)
        if found != wanted:
            print(f"BAD {numpy}\n  NumPy    {found}\n  the page {wanted}")
            bad += 1
    raised = sum("raises" in row for row in rows.rows)
    print(f"{len(rows.rows)} snippets as one program, {raised} of which raise, in NumPy {np.__version__}: {bad} disagree")
    # (A page that is read wrongly would have none.)
    return bad == 0 and len(rows.rows) >= 80 and raised == 3


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
