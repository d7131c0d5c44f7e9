"""Which other sessions there could have been: changes that leave every sum between codes as it was, or change it by whole sessions.

A change is {key: by}. For a cell that has to keep three values, the likeliest are tried first: the code alone, the code for another one that
answers the same question, a session more, one session for another.
"""

from sessions.disclosure.cycles import Move
from sessions.disclosure.links import (
    ANSWERS,
    CUT_SHORT,
    DECLINED,
    DID_NOT_ATTEND,
    HELD,
    ITEMS,
    NOT_OFFERED,
    OFFERS,
    ONE_ANSWER,
    OUTCOME,
    PART_OF,
    REASONS,
    SEVERAL,
    TAKEN_UP,
    WITHOUT_A_ROOM,
    is_answer,
    rules,
    totals_of,
)
from sessions.disclosure.rounding import NO_LIMIT
from sessions.disclosure.rows import Known
from sessions.disclosure.year import QUARTERS

NOT_GIVEN = ("resource_not_wanted", "resource_none_left")
BY_THEMSELVES = {"area", "resource_given", "signpost", "card", "private_space", *PART_OF, ITEMS, *NOT_GIVEN}
OF_OUTCOME = {OUTCOME: None} | {measure: outcome for outcome, measure in REASONS.items()}
OUTCOMES = (HELD, CUT_SHORT, DECLINED, DID_NOT_ATTEND, NOT_OFFERED)


class Moves:
    """The moves of one organisation and year. rows: {key: Row} without those that are zero throughout."""

    def __init__(self, rows, year):
        self.rows = rows
        self.codes, self.bounds, self.gates, self.by_change, self.of_row = {}, {}, {}, {}, {}
        self.alone = {key: Move([(row.alone, 1)]) for key, row in rows.items()}
        for key in sorted(rows, key=lambda key: (-rows[key].total, str(key))):
            if key not in (OFFERS, TAKEN_UP, ANSWERS):
                self.codes.setdefault(key[0], []).append(key[1])
        for rule in rules(rows):
            self._add_bound(rule)
        if "private_space" in self.codes:
            self._add_private_space(year)
        self._add_items()

    def of(self, known, cell):
        """Move after Move that changes what is known, without one twice."""
        row = known.row
        if known is row.alone:
            yield self.alone[row.key]
            return
        seen = set()
        for change in self._changes(row.key, cell):
            change = totals_of({key: by for key, by in change.items() if by})
            changes_row, change = row.key in change, frozenset(change.items())
            if changes_row and change not in seen:
                seen.add(change)
                move = self._move(change)
                if move:
                    yield move

    def forget(self, row, cell):
        """Work out anew what there is room for in this cell: it was hidden."""
        self.alone[row.key].forget(cell)
        for move in self.of_row.get(row.key, []):
            move.forget(cell)

    def _move(self, change):
        if change not in self.by_change:
            move = self.by_change[change] = self._build(dict(change))
            for key in dict(change) if move else ():
                self.of_row.setdefault(key, []).append(move)
        return self.by_change[change]

    def _build(self, change):
        if not change.keys() <= self.rows.keys():
            return None
        parts = [(self.rows[key].together, by) for key, by in change.items()]
        of_bounds = {}
        for key, by in change.items():
            for bound, sign in self.bounds.get(key, []):
                of_bounds[bound] = of_bounds.get(bound, 0) + sign * by
        parts += [(bound, by) for bound, by in of_bounds.items() if by]
        for key in change:
            if key[0] == ITEMS and not change.get(("resource_given", key[1]), 0) - change.get(("resource_given_uncounted", key[1]), 0):
                parts.append((self.gates[key[1]], -1))
        return Move(parts)

    # What bounds them

    def _add_bound(self, rule, most=None):
        terms = ([sign * number for number in self.rows[key].numbers] for key, sign in rule.items())
        bound = Known([sum(cell) for cell in zip(*terms, strict=True)], most=most)
        for key, sign in rule.items():
            self.bounds.setdefault(key, []).append((bound, sign))
        return bound

    def _add_private_space(self, year):
        """By phone or in a chat, and only there, a session may say nothing about the room and not count as not recorded."""
        most = [NO_LIMIT] * year.size
        for setting, first in year.first_of_setting.items():
            if setting not in WITHOUT_A_ROOM:
                most[first : first + QUARTERS + 1] = [0] * (QUARTERS + 1)
        self._add_bound({TAKEN_UP: 1} | {("private_space", code): -1 for code in self.codes["private_space"]}, most)

    def _add_items(self):
        """Things were counted in no session: then there are none. Where there are some, at least one session counted them."""
        for code in self.codes.get(ITEMS, []):
            keys = {("resource_given", code): 1, ("resource_given_uncounted", code): -1}
            counted = self._add_bound({key: sign for key, sign in keys.items() if key in self.rows})
            counted.least = [int(items > 0) for items in self.rows[ITEMS, code].numbers]
            is_open = [NO_LIMIT if sessions > 0 else 0 for sessions in counted.numbers]
            self.gates[code] = Known(is_open, most=[2 * NO_LIMIT] * len(is_open))

    # Changes

    def _changes(self, key, cell):
        measure, code = key
        if measure == "feedback":
            yield from self._changes_of_feedback(key)
        elif measure in OF_OUTCOME:
            yield from self._changes_of_outcome(key, cell)
        else:
            if measure in BY_THEMSELVES:
                yield {key: 1}
            yield from self._together(measure, code)
            yield from self._instead(key)
            yield from self._sessions_with(key, cell)

    def _changes_of_feedback(self, key):
        if key == ANSWERS:
            yield from ({("feedback", code): 1} for code in self.codes["feedback"])
        else:
            yield from self._instead(key)
            yield {key: 1}

    def _changes_of_outcome(self, key, cell):
        measure, code = key
        outcomes = {OFFERS: OUTCOMES[:4], TAKEN_UP: OUTCOMES[:2]}.get(key) or [OF_OUTCOME[measure] or code]
        if measure != OUTCOME:
            yield from self._instead(key)
        for choose in self._choices(cell, {measure: code} if measure != OUTCOME else {}):
            for outcome in outcomes:
                session = self._session(outcome, choose)
                others = [self._session(other, choose) for other in self.codes[OUTCOME] if other != outcome]
                yield from (less(session, other) for other in others)
                yield session

    def _together(self, measure, code):
        """With the code it is a part of, or that is a part of it, and things with the session that gave them."""
        for part, whole in PART_OF.items():
            if measure in (part, whole) and is_answer(whole, code):
                yield {(part, code): 1, (whole, code): 1}
        if measure in ("resource_given", ITEMS) and is_answer("resource_given", code):
            yield {("resource_given", code): 1, (ITEMS, code): 1}
        if measure in ("resource_given_uncounted", ITEMS):
            yield {("resource_given_uncounted", code): 1, (ITEMS, code): -1}

    def _instead(self, key):
        measure, code = key
        yield from ({key: 1, (measure, other): -1} for other in self.codes[measure] if other != code)
        if measure == "mattered_most":
            for other in self.codes[measure]:
                yield {key: 1, ("area", code): 1, (measure, other): -1, ("area", other): -1}

    def _sessions_with(self, key, cell):
        """A session more that says so, alone and for one that was not taken up."""
        measure, code = key
        whole = PART_OF.get(measure, "resource_given" if measure == ITEMS else measure)
        for choose in self._choices(cell, {whole: code}):
            for outcome in [each for each in self.codes.get(OUTCOME, []) if each in (HELD, CUT_SHORT)]:
                session = self._session(outcome, choose)
                if key not in session:
                    session[key] = 1
                if measure == "resource_given_uncounted":
                    session.pop((ITEMS, code), None)
                if measure in NOT_GIVEN:
                    session = {each: by for each, by in session.items() if each[0] not in ("resource_given", ITEMS)}
                yield session
                for other in self.codes[OUTCOME]:
                    if other not in (outcome, NOT_OFFERED):
                        yield less(session, self._session(other, choose))

    def _choices(self, cell, chosen):
        """Functions measure → code: what a session says that is chosen, and otherwise the most frequent, the next, what is most frequent here."""

        def choose(measure, nth):
            codes = self.codes[measure]
            if measure in chosen:
                return chosen[measure]
            if nth is None:
                return max(codes, key=lambda code: self.rows[measure, code].numbers[cell])
            return codes[min(nth, len(codes) - 1)]

        for nth in (0, None, 1):
            yield lambda measure, nth=nth: choose(measure, nth)

    def _session(self, outcome, choose):
        """One session with this outcome, as a change."""
        change = {(OUTCOME, outcome): 1}
        if REASONS.get(outcome) in self.codes:
            change[REASONS[outcome], choose(REASONS[outcome])] = 1
        if outcome in (HELD, CUT_SHORT):
            for measure in (*ONE_ANSWER, *SEVERAL):
                if measure in self.codes:
                    change[measure, choose(measure)] = 1
            given = choose("resource_given") if "resource_given" in self.codes else None
            if (ITEMS, given) in self.rows:
                change[ITEMS, given] = 1
        return change


def less(session, other):
    """One session for another."""
    return {key: session.get(key, 0) - other.get(key, 0) for key in session | other}
