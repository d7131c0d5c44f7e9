"""Made-up years in which rounding gives most away: numbers at the edges of what looks the same, all on one side, and their sum at the other."""

from hypothesis import strategies as st

LEAST, MOST = [8, 13, 18, 23], [12, 17, 22, 27]  # of the numbers that are shown as 10, 15, 20, 25
EDGES = [1, 7, 8, 12, 13, 17, 22]
OUTCOMES = ["held", "declined", "did_not_attend", "cut_short"]
# What the parts of the sum differ in, as (outcome, month, site).
APART = {
    "month": [("held", month, 3) for month in (0, 1, 2)],
    "quarter": [("held", month, 3) for month in (0, 3, 6, 9)],
    "site": [("held", 0, site) for site in (3, 5)],
    "outcome": [(outcome, 0, 3) for outcome in OUTCOMES],
}


# What the sessions taken up say besides, so that the small number is one of theirs. Things are given as many at a time.
SAYS = {
    "outcome": lambda nth, number: [],
    "area": lambda nth, number: [("area", ["water", "acids"][nth % 2], 0)],
    "mattered_most": lambda nth, number: [("area", "water", 0)] + [("mattered_most", "water", 0)] * (number < 8),
    "resource_given": lambda nth, number: [("resource_given", *(("foil", 1 + nth) if number < 13 else ("nothing", 0)))],
}
TAKEN_UP = ("held", "cut_short")


@st.composite
def tight_years(draw):
    """Sessions of a year as (month, site, setting, [(measure, code, quantity)])."""
    says = SAYS[draw(st.sampled_from(sorted(SAYS)))]
    apart = draw(st.sampled_from(sorted(APART)))
    places = draw(st.permutations(APART[apart]))[: draw(st.integers(2, 4))]
    edges, last = draw(st.sampled_from([(LEAST, 2), (MOST, 3)]))
    parts = [draw(st.sampled_from(edges)) for _ in places[1:]]
    numbers = [*parts, (last - sum(parts)) % 5 or 5]
    cells = list(zip(numbers, places, strict=True))
    elsewhere = st.tuples(st.sampled_from(OUTCOMES[:2]), st.integers(0, 11), st.sampled_from([3, 5]))
    cells += draw(st.lists(st.tuples(st.sampled_from(EDGES), elsewhere), max_size=2))
    settings = draw(st.sampled_from([["van"], ["van", "phone"]]))
    return [
        (month, site, settings[nth % len(settings)], [("outcome", outcome, 0), *(says(nth, number) if outcome in TAKEN_UP else [])])
        for nth, (number, (outcome, month, site)) in enumerate(cells)
        for _ in range(number)
    ]
