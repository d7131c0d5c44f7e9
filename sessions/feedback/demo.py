"""Made-up answers for a demo: every count equally likely, so that nobody takes them for findings."""

from sessions.clearing import months_earlier
from sessions.models import FeedbackPage, PersonFeedback

MONTHS = 6
MOST_A_MONTH = 2  # of each answer: never more in a quarter than sessions that were taken up, and enough to be shown


def make_feedback(sites, chance, *, today):
    """An open page for each site, and some answers of this month and the last ones at the first of them."""
    FeedbackPage.objects.bulk_create(FeedbackPage(site=site) for site in sites)
    months = [months_earlier(today.replace(day=1), ago) for ago in range(MONTHS)]
    drawn = [
        PersonFeedback(site=sites[0], month=month, answer=answer, count=chance.randint(0, MOST_A_MONTH))
        for month in months
        for answer in PersonFeedback.Answer
    ]
    PersonFeedback.objects.bulk_create(row for row in drawn if row.count)
