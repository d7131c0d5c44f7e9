"""What a tally can say. Which sessions count for what is SQL and stands in one place, the function care_sessions_tally_rows of the migrations."""

from sessions.models import CardSession, Measure

TAKEN_UP = (CardSession.Outcome.HELD, CardSession.Outcome.CUT_SHORT)
# The denominator of uptake. What was not offered stands apart.
OFFERS = (*TAKEN_UP, CardSession.Outcome.DECLINED, CardSession.Outcome.DID_NOT_ATTEND)

# {measure: code} where the session says that there was none. Without a code (None) it does not say.
NONE = {Measure.AREA: "none_of_these", Measure.RESOURCE_GIVEN: "nothing", Measure.SIGNPOST: "none"}

# {outcome: measure of its reasons}
REASONS = {
    CardSession.Outcome.DECLINED: Measure.REASON_DECLINED,
    CardSession.Outcome.DID_NOT_ATTEND: Measure.REASON_DID_NOT_ATTEND,
    CardSession.Outcome.NOT_OFFERED: Measure.REASON_NOT_OFFERED,
    CardSession.Outcome.CUT_SHORT: Measure.REASON_CUT_SHORT,
}
