"""Which other sessions there could have been: changes that leave all sums between codes true. The likeliest are tried first.

A code alone, where a session may say several; one answer for another to the same question; a session more, or one for another.
"""

from collections import Counter

from sessions.disclosure.bounds import Bounds
from sessions.disclosure.cycles import Move, Plan
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
    is_answer,
    totals_of,
    whole_of,
)

NOT_GIVEN = ("resource_not_wanted", "resource_none_left")
BY_THEMSELVES = {*SEVERAL, "card", "private_space", *PART_OF, ITEMS, *NOT_GIVEN}
OF_OUTCOME = {OUTCOME: None} | {measure: outcome for outcome, measure in REASONS.items()}
OUTCOMES = (HELD, CUT_SHORT, DECLINED, DID_NOT_ATTEND, NOT_OFFERED)
OUTCOMES_OF = {OFFERS: OUTCOMES[:4], TAKEN_UP: OUTCOMES[:2]}
TO_TRY = 8  # answers to a question, the most frequent first


class Moves:
    """The Plans of one organisation and year. rows: {key: Row} without those that are zero throughout."""

    def __init__(self, rows, year):
        self.rows, self.bounds = rows, Bounds(rows, year)
        self.alone = {key: Plan(Move([(row.alone, 1)])) for key, row in rows.items()}
        self.codes, self._plans = {}, {}
        for key in sorted(rows, key=lambda key: (-rows[key].total, str(key))):
            if key not in (OFFERS, TAKEN_UP, ANSWERS):
                self.codes.setdefault(key[0], []).append(key[1])

    def of(self, known):
        """The Plans that change what is known of a row."""
        key = known.row.key
        if known is known.row.alone:
            return [self.alone[key]]
        if key not in self._plans:
            self._plans[key] = [plan for plan in self._all(key) if plan]
        return self._plans[key]

    def wholes(self, key):
        """The keys that this one can not be above."""
        found = [(PART_OF.get(key[0]), key[1]), whole_of(key)]
        return [each for each in found if each in self.rows]

    def forget(self, row, cell):
        self.alone[row.key].base.forget(cell)
        self.bounds.forget(row.key, cell)

    def _all(self, key):
        measure, code = key
        if measure in BY_THEMSELVES or measure == "feedback":
            yield self._plain({key: 1})
        if key == ANSWERS:
            yield from (self._plain({("feedback", each): 1}) for each in self.codes["feedback"])
            return
        yield from map(self._plain, self._together(measure, code))
        if measure != OUTCOME:
            yield from map(self._plain, self._instead(key))
        if measure != "feedback":
            yield from self._sessions(key)

    def _plain(self, change):
        move = self.bounds.move(totals_of(change))
        return move and Plan(move)

    def _together(self, measure, code):
        """With the code it is a part of, or that is a part of it, and things with the session that gave them."""
        for part, whole in PART_OF.items():
            if measure in (part, whole) and is_answer(whole, code):
                yield {(part, code): 1, (whole, code): 1}
        if measure in ("resource_given", ITEMS) and is_answer("resource_given", code):
            for items in self._items_each(code):
                given = {("resource_given", code): 1, (ITEMS, code): items}
                yield from (given, *(given | {("resource_given", none): -1} for none in (SEVERAL["resource_given"][0], None)))
        if measure in ("resource_given_uncounted", ITEMS):
            yield {("resource_given_uncounted", code): 1, (ITEMS, code): -1}

    def _items_each(self, code):
        """How many things are given in a session: one, what is usual here, or what was given where it was one session."""
        rows = [self.rows[key] for key in (("resource_given", code), (ITEMS, code)) if key in self.rows]
        if len(rows) < 2:
            return [1, 5, 10]
        given, items = rows
        of_one = Counter(items for sessions, items in zip(given.numbers, items.numbers, strict=True) if sessions == 1)
        return sorted({1, items.total // given.total, 5, 10, *(items for items, _ in of_one.most_common(3))} - {0})

    def _instead(self, key):
        measure, code = key
        yield from ({key: 1, (measure, other): -1} for other in self.codes[measure] if other != code)
        if measure == "mattered_most":
            for other in self.codes[measure]:
                if other != code:
                    yield {key: 1, ("area", code): 1, (measure, other): -1, ("area", other): -1}
                    yield {key: 1, ("area", code): 1, (measure, other): -1}
            for none in (SEVERAL["area"][0], None):
                yield {key: 1, ("area", code): 1, ("area", none): -1}

    # Sessions more, and sessions for others

    def _sessions(self, key):
        """A session more that says so, alone and for one with another outcome."""
        own = [OF_OUTCOME[key[0]] or key[1]] if key[0] in OF_OUTCOME else OUTCOMES[:2]
        outcomes = [outcome for outcome in OUTCOMES_OF.get(key, own) if (OUTCOME, outcome) in self.rows]
        for outcome in outcomes:
            for other in self.codes[OUTCOME]:
                if key != OFFERS and other != outcome and not (key not in self._says(outcome, key) and other in outcomes):
                    yield self._session(key, {outcome: 1, other: -1})
            yield self._session(key, {outcome: 1})

    @staticmethod
    def _says(outcome, key):
        """Keys that a session for another still changes: not what both are counted in."""
        return () if key == TAKEN_UP or key[0] not in OF_OUTCOME else ((OUTCOME, outcome), (REASONS.get(outcome), key[1]))

    def _session(self, key, outcomes):
        """The Plan of sessions more and less by outcome ({outcome: by}), in which those that are more say key."""
        change = totals_of({(OUTCOME, outcome): by for outcome, by in outcomes.items()})
        taken_up = change.get(TAKEN_UP, 0)
        if key[0] == "card":
            change[key] = 1
        questions = [(REASONS[outcome], by) for outcome, by in outcomes.items() if outcome in REASONS]
        if taken_up:
            questions += [(question, taken_up) for question in (*ONE_ANSWER, *SEVERAL)]
        if not taken_up and key[0] not in OF_OUTCOME:
            return None
        base = self.bounds.move(change)
        answers = [self._answers(question, by, key, taken_up) for question, by in questions if question in self.codes]
        return Plan(base, answers) if base and all(answers) else None

    def _answers(self, question, by, key, taken_up):
        """Moves, one of which a session takes for its answer."""
        changes = self._changes(question, key) if by > 0 else [{(question, code): 1} for code in self.codes[question][:TO_TRY]]
        if question == "private_space" and (question not in key):
            changes = [*changes, {}]
        changes = [{each: by * steps for each, steps in change.items()} for change in changes]
        moves = (self.bounds.move(change, question, taken_up if question not in REASONS.values() else 0) for change in changes)
        return [move for move in moves if move]

    def _changes(self, question, key):
        measure, code = key
        if measure == question == "resource_given" and is_answer(question, code):
            return [{key: 1, (ITEMS, code): 1}, {key: 1, ("resource_given_uncounted", code): 1}]
        if measure == question:
            return [{key: 1}]
        if PART_OF.get(measure) == question:
            return [{(question, code): 1, key: 1}]
        if question == "resource_given" and measure in (ITEMS, *NOT_GIVEN):
            return [{("resource_given", code): 1, key: 1}] if measure == ITEMS else [{key: 1}]
        changes = [{(question, each): 1} for each in self.codes[question][:TO_TRY]]
        if question == "resource_given":
            counted = [change | {(ITEMS, each): 1} for change in changes for _, each in change if (ITEMS, each) in self.rows]
            return [*counted, *(change for change in changes if not any(is_answer(*each) for each in change))]
        return changes
