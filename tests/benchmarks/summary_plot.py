"""Draws what a summary costs against the number of sessions, as an SVG, from the lines of the benchmark on its standard input."""

import math
import re
import sys

LINE = re.compile(r"^(summary, 20 sites, a year,|areas counted from) ([0-9,]+) sessions +([0-9.,]+) +ms", re.MULTILINE)
PAGE, COUNTED = "summary, 20 sites, a year,", "areas counted from"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 340, 62, 150, 34, 48
SESSIONS, MILLISECONDS = (4, 7), (1, 4)  # powers of ten at the ends of the axes
BUDGET = 100
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f3a44 }
  .line { fill: none; stroke-width: 3 } .page { stroke: #1f6d74 } .counted { stroke: #9e3b22; stroke-dasharray: 7 5 }
  .grid { stroke: #dccdb4 } .budget { stroke: #48616b; stroke-dasharray: 2 4 } .soft { fill: #48616b }
"""


def main():
    found = {PAGE: {}, COUNTED: {}}
    for kind, sessions, took in LINE.findall(sys.stdin.read()):
        found[kind][int(sessions.replace(",", ""))] = float(took.replace(",", ""))
    if not found[PAGE]:
        sys.exit("There are no lines of the group summary on the standard input.")
    print(drawn(found[PAGE], found[COUNTED]))


def drawn(page, counted):
    parts = [*frame(), *curve(page, "page", "the page", below=True), *curve(counted, "counted", "its areas alone,")]
    if counted:
        parts.append(text(*place(*max(counted.items())), "without tallies", dx=10, dy=17))
    body = "\n  ".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{described(page, counted)}">\n'
        f'  <style>{STYLE}</style>\n  <rect width="{WIDTH}" height="{HEIGHT}" fill="#fffdf8"/>\n  {body}\n</svg>'
    )


def described(page, counted):
    said = [f"The summary page takes {took:.0f} ms with {sessions:,} sessions." for sessions, took in sorted(page.items())]
    return " ".join(said + [f"Counting areas from {sessions:,} sessions takes {took:.0f} ms." for sessions, took in sorted(counted.items())])


def frame():
    for power in range(SESSIONS[0], SESSIONS[1] + 1):
        x, _ = place(10**power, 10)
        yield f'<path class="grid" d="M{x:.0f} {TOP}V{HEIGHT - BOTTOM}"/>'
        yield text(x, HEIGHT - BOTTOM + 20, f"{10**power:,}", anchor="middle")
    for power in range(MILLISECONDS[0], MILLISECONDS[1] + 1):
        _, y = place(10, 10**power)
        yield f'<path class="grid" d="M{LEFT} {y:.0f}H{WIDTH - RIGHT}"/>'
        yield text(LEFT - 8, y + 4, f"{10**power:,}", anchor="end")
    _, y = place(10, BUDGET)
    yield f'<path class="budget" d="M{LEFT} {y:.0f}H{WIDTH - RIGHT}"/>'
    yield text(WIDTH - RIGHT + 10, y - 6, "budget 100 ms")
    yield text(LEFT, TOP - 14, "milliseconds")
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "sessions in a year", anchor="middle")


def curve(points, kind, label, *, below=False):
    if not points:
        return
    places = [place(*point) for point in sorted(points.items())]
    yield f'<path class="line {kind}" d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>'
    for (x, y), (_sessions, took) in zip(places, sorted(points.items()), strict=True):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{"#1f6d74" if kind == "page" else "#9e3b22"}"/>'
        yield text(x, y + (20 if below else -10), f"{took:.0f} ms", anchor="middle")
    yield text(*places[-1], label, dx=10, dy=5 if below else 0)


def place(sessions, milliseconds):
    """Where a point lies, in pixels; both axes are logarithmic."""
    along = (math.log10(sessions) - SESSIONS[0]) / (SESSIONS[1] - SESSIONS[0])
    up = (math.log10(max(milliseconds, 10 ** MILLISECONDS[0])) - MILLISECONDS[0]) / (MILLISECONDS[1] - MILLISECONDS[0])
    return LEFT + along * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def text(x, y, words, *, anchor="start", dx=0, dy=0):
    return f'<text x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}">{words}</text>'


if __name__ == "__main__":
    main()
