"""Years of made-up sessions, in the shape in which figures are worked out, and a session's own truth counted cell by cell."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

AREAS, RESOURCES, SIGNPOSTS, CARDS = ["water", "acids", "sharing"], ["filters", "foil"], ["gp", "other"], ["ampoule", "filter"]
REASONS = ["illness", "not_interested", None]
SITES, SETTINGS = [3, 5], ["van", "phone"]


class Figure(NamedTuple):
    sessions: int = 0
    quantity: int = 0


@dataclass
class OfYear:
    months: list
    sites: dict
    settings: dict


def year_of(sessions):
    """{measure: {code: OfYear}} of [(month, site, setting, [(measure, code, quantity)])]. setting None: there are no settings."""
    grid = defaultdict(lambda: defaultdict(lambda: OfYear([Figure()] * 12, defaultdict(four), defaultdict(four))))
    for month, site, setting, says in sessions:
        for measure, code, quantity in says:
            of_code, quarter = grid[measure][code], month // 3
            of_code.months[month] = more(of_code.months[month], quantity)
            of_code.sites[site][quarter] = more(of_code.sites[site][quarter], quantity)
            if setting is not None:
                of_code.settings[setting][quarter] = more(of_code.settings[setting][quarter], quantity)
    return {measure: dict(codes) for measure, codes in grid.items()}


def four():
    return [Figure()] * 4


def more(figure, quantity):
    return Figure(figure.sessions + 1, figure.quantity + quantity)


def some_sessions(seed, count):
    draw = random.Random(seed)
    weights = [draw.random() ** 2 + 0.05 for _ in range(12)]
    busy, months = draw.random(), draw.choices(range(12), weights, k=count)
    return [
        (month, SITES[draw.random() > busy], setting, says(draw, setting))
        for month, setting in zip(months, draw.choices(SETTINGS, [4, 1], k=count), strict=True)
    ]


def says(draw, setting):
    """What one session says, as the contract of the tallies has it."""
    outcome = draw.choices(["held", "cut_short", "declined", "did_not_attend", "not_offered"], [60, 8, 20, 8, 4])[0]
    found = [("outcome", outcome, 0)]
    if outcome != "held":
        found.append((f"reason_{outcome}", draw.choices(REASONS, [4, 2, 1])[0], 0))
    if outcome not in ("held", "cut_short"):
        return found
    found.append(("moment", draw.choices(["not_asked", "routine_visit", "other"], [6, 3, 1])[0], 0))
    found.append(("length", draw.choices(["under_5", "from_20", None], [6, 3, 1])[0], 0))
    private = draw.choices(["yes", "no", None], [6, 2, 1])[0]
    if private or setting != "phone":
        found.append(("private_space", private, 0))
    found += [("card", card, 0) for card in CARDS if draw.random() < 0.4]
    return found + areas(draw) + resources(draw) + signposts(draw)


def areas(draw):
    kind = draw.choices(["some", "none_of_these", None], [17, 2, 2])[0]
    if kind != "some":
        return [("area", kind, 0)]
    named = {draw.choices(AREAS, [6, 3, 1])[0] for _ in range(draw.choice([1, 1, 2]))}
    most = [("mattered_most", draw.choice(sorted(named)), 0)] if draw.random() < 0.5 else []
    return [("area", area, 0) for area in sorted(named)] + most


def resources(draw):
    kind = draw.choices(["some", "nothing", None], [12, 5, 2])[0]
    if kind != "some":
        return [("resource_given", kind, 0)]
    found = []
    for resource in sorted({draw.choices(RESOURCES, [4, 1])[0] for _ in range(draw.choice([1, 2]))}):
        measure = draw.choices(["resource_given", "resource_not_wanted", "resource_none_left"], [8, 1, 1])[0]
        quantity = draw.choice([1, 5, 10, 0]) if measure == "resource_given" else 0
        found.append((measure, resource, quantity))
        if measure == "resource_given" and not quantity:
            found.append(("resource_given_uncounted", resource, 0))
    return found


def signposts(draw):
    kind = draw.choices(["some", "none", None], [6, 12, 2])[0]
    if kind != "some":
        return [("signpost", kind, 0)]
    return [("signpost", signpost, 0) for signpost in sorted({draw.choice(SIGNPOSTS), draw.choice(SIGNPOSTS)})]


def cells_of(month, site, setting):
    """The names of all cells that a session counts in."""
    quarter = month // 3
    return [
        ("month", month),
        ("quarter", quarter),
        ("year",),
        ("site", site, quarter),
        ("site", site, "year"),
        ("setting", setting, quarter),
        ("setting", setting, "year"),
    ]


def truth_of(sessions):
    """{(measure, code): {cell: number}}, with the totals and the things that were given."""
    truth = defaultdict(Counter)
    for month, site, setting, says_ in sessions:
        outcome = says_[0][1]
        totals = [("outcome", "offers")] * (outcome != "not_offered") + [("outcome", "taken_up")] * (outcome in ("held", "cut_short"))
        for cell in cells_of(month, site, setting):
            for key in [*totals, *((measure, code) for measure, code, _ in says_)]:
                truth[key][cell] += 1
            for measure, code, quantity in says_:
                if measure == "resource_given" and quantity:
                    truth["resource_items", code][cell] += quantity
    return truth


def published_cells(figures):
    """{(measure, code): {cell: number or HIDDEN}} of what `Protected.figures` says."""
    found = {}
    for measure, codes in figures.items():
        for code, shown in codes.items():
            cells = {("month", nth): value for nth, value in enumerate(shown["months"])}
            cells |= {("quarter", nth): value for nth, value in enumerate(shown["quarters"])}
            cells["year",] = shown["year"][0]
            for kind in ("site", "setting"):
                for place, of_place in shown[f"{kind}s"].items():
                    cells |= {(kind, place, nth): value for nth, value in enumerate(of_place["quarters"])}
                    cells[kind, place, "year"] = of_place["year"][0]
            found[measure, code] = cells
    return found
