"""What holds between the codes of a session, as anybody can read it in the data dictionary, and so work with.

Each rule says that a sum of codes, with signs, is never below zero in any cell. Sums that are equal are kept by how moves are built.
"""

OUTCOME = "outcome"
HELD, CUT_SHORT, DECLINED, DID_NOT_ATTEND, NOT_OFFERED = "held", "cut_short", "declined", "did_not_attend", "not_offered"
OFFERS, TAKEN_UP = (OUTCOME, "offers"), (OUTCOME, "taken_up")
ANSWERS = ("feedback", "answers")
ITEMS = "resource_items"
MOST_ITEMS = 10_000  # of a thing in one session

# Totals that are shown beside their parts. {total: (measure, codes of it, None: all)}
TOTALS = {OFFERS: (OUTCOME, (HELD, CUT_SHORT, DECLINED, DID_NOT_ATTEND)), TAKEN_UP: (OUTCOME, (HELD, CUT_SHORT)), ANSWERS: ("feedback", None)}
OUTCOMES_AND_TOTALS = (HELD, CUT_SHORT, DECLINED, DID_NOT_ATTEND, NOT_OFFERED, "offers", "taken_up")

# One answer each: the codes add up to the outcome or total.
REASONS = {
    DECLINED: "reason_declined",
    DID_NOT_ATTEND: "reason_did_not_attend",
    NOT_OFFERED: "reason_not_offered",
    CUT_SHORT: "reason_cut_short",
}
ONE_ANSWER = ("moment", "length", "private_space")
WITHOUT_A_ROOM = {"phone", "online_chat"}

# Several answers each, or none of them, or not recorded. {measure: (code of none, measures that are recorded with it)}
SEVERAL = {
    "area": ("none_of_these", ("area",)),
    "resource_given": ("nothing", ("resource_given", "resource_not_wanted", "resource_none_left")),
    "signpost": ("none", ("signpost",)),
}
# {measure: the measure each code of it can not be more than}
PART_OF = {"mattered_most": "area", "resource_given_uncounted": "resource_given"}

OF_TAKEN_UP = (*SEVERAL, "mattered_most", "card", "resource_not_wanted", "resource_none_left", *ONE_ANSWER)
WHOLE_OF_MEASURE = {measure: (OUTCOME, outcome) for outcome, measure in REASONS.items()} | {"feedback": ANSWERS}
WHOLE_OF_OUTCOME = {HELD: TAKEN_UP, CUT_SHORT: TAKEN_UP, "taken_up": OFFERS, DECLINED: OFFERS, DID_NOT_ATTEND: OFFERS}


def whole_of(key):
    """The key that this one breaks down; None if none is shown. Things given break down the sessions in which they were given."""
    measure, code = key
    if measure in ("resource_given_uncounted", ITEMS):
        return ("resource_given", code)
    if measure in OF_TAKEN_UP:
        return TAKEN_UP
    return WHOLE_OF_MEASURE.get(measure) or WHOLE_OF_OUTCOME.get(code) if key not in (OFFERS, ANSWERS) else None


def parts_of(keys):
    """{key: keys that break it down}, of those that are there."""
    found = {}
    for key in keys:
        if whole_of(key) in keys:
            found.setdefault(whole_of(key), []).append(key)
    return found


def withdrawn_with(key):
    """The keys of which nothing is said in a quarter or year, one after the other, as long as this one has no proof. Never totals, and not held."""
    measure, code = key
    others = [(other, code) for pair in PART_OF.items() if measure in pair for other in pair if other != measure]
    found = [key, *others, WHOLE_OF_MEASURE.get(measure)]
    return [each for each in found if each and each not in TOTALS and each != (OUTCOME, HELD)]


def is_answer(measure, code):
    """Whether the code names something, not that there was none or that nobody said."""
    return code is not None and (measure not in SEVERAL or code != SEVERAL[measure][0])


def tables(rows):
    """The keys of codes that stand in one table and add up to a total."""
    outcomes = [(OUTCOME, code) for code in TOTALS[OFFERS][1]]
    measures = [*REASONS.values(), *ONE_ANSWER, "feedback"]
    found = [outcomes, *([key for key in rows if key[0] == measure and key != ANSWERS] for measure in measures)]
    return [[key for key in table if key in rows] for table in found]


def rules(rows):
    """[(question, {key: sign})]: sums that can not be below zero, and the question of a session they belong to (None: cards)."""
    by_measure = {}
    for measure, code in rows:
        by_measure.setdefault(measure, []).append(code)
    found = [(None, {TAKEN_UP: 1, ("card", code): -1}) for code in by_measure.get("card", [])]
    for measure in sorted(by_measure.keys() & SEVERAL.keys()):
        found += [(measure, rule) for rule in _rules_of_several(measure, by_measure)]
    for measure, whole in PART_OF.items():
        found += [(whole, {(whole, code): 1, (measure, code): -1}) for code in by_measure.get(measure, [])]
    if "mattered_most" in by_measure:
        found.append(("area", _recorded("area", by_measure) | {("mattered_most", code): -1 for code in by_measure["mattered_most"]}))
    for code in by_measure.get(ITEMS, []):
        counted = {("resource_given", code): 1, ("resource_given_uncounted", code): -1}
        found.append(("resource_given", {(ITEMS, code): 1} | {key: -sign for key, sign in counted.items()}))
        found.append(("resource_given", {(ITEMS, code): -1} | {key: MOST_ITEMS * sign for key, sign in counted.items()}))
    return [(question, {key: sign for key, sign in rule.items() if key in rows}) for question, rule in found]


def _recorded(measure, by_measure):
    """The sessions that recorded an answer to this: taken up, less those without and those that do not say."""
    none, _with = SEVERAL[measure]
    return {TAKEN_UP: 1} | {(measure, code): -1 for code in (none, None) if code in by_measure[measure]}


def _rules_of_several(measure, by_measure):
    recorded = _recorded(measure, by_measure)
    of_code = {}
    for each in SEVERAL[measure][1]:
        for code in by_measure.get(each, []):
            if is_answer(measure, code):
                of_code.setdefault(code, []).append((each, code))
    for keys in of_code.values():
        yield recorded | dict.fromkeys(keys, -1)
    at_least_one = {key: 1 for keys in of_code.values() for key in keys}
    yield {key: -sign for key, sign in recorded.items()} | at_least_one


def totals_of(change):
    """A change of codes with what it changes in the totals."""
    found = dict(change)
    for total, (measure, codes) in TOTALS.items():
        by = sum(by for (of, code), by in change.items() if of == measure and (codes is None or code in codes))
        if by:
            found[total] = by
    return found
