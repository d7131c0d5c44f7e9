"""The page on which a person says whether a talk was any use: one question, three answers, and Skip.

It works without scripts, sets no cookie, and looks at none. Neither its title nor a preview of its link says what it is about. The answer is
sent in the body and shown by the same request, so that no address, and with it no history and no log, ever holds it.
"""

import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from sessions.feedback import forms_once
from sessions.feedback.counting import Outcome, add_answer
from sessions.models import FeedbackPage, PersonFeedback
from sessions.models.feedback import QUESTION

Answer = PersonFeedback.Answer
SKIP = "skip"
ON_TABLET = "tablet"
STATUS = {Outcome.COUNTED: 200, Outcome.BEFORE: 200, Outcome.TOO_MANY: 429, Outcome.NOT_HERE: 404}


@login_not_required
@require_safe
@gzip_page
def say(request, code):
    """The question. ?tablet: on a worker's tablet, which is handed back afterwards."""
    if not FeedbackPage.objects.open().filter(code=code).exists():
        return _said(request, Outcome.NOT_HERE)
    return _question(request, code)


@login_not_required
@csrf_exempt  # there is no cookie and no login that another site could misuse; a number in the form counts once
@require_http_methods(["GET", "HEAD", "POST"])
@gzip_page
def tapped(request, code):
    """What became of the answer. It has an address of its own, since browsers forget a page to whose address something was posted.

    Whoever opens that address again without an answer is asked the question.
    """
    if request.method != "POST":
        return redirect(f"{reverse('say', args=[code])}{'?' + ON_TABLET if ON_TABLET in request.GET else ''}")
    answer = request.POST.get("answer", "")
    if answer == SKIP:
        return _page(request, "skipped")
    try:
        digest = forms_once.digest_of(request.POST.get("once", ""), code=code)
        chosen = Answer(answer)
    except (forms_once.NotAnswerable, ValueError):
        return _again(request, code, is_answer=answer in Answer.values)
    return _said(request, add_answer(code=code, answer=chosen, digest=digest, now=timezone.now()), answer=chosen)


def _again(request, code, *, is_answer):
    """The question once more, with what went wrong above it."""
    if not FeedbackPage.objects.open().filter(code=code).exists():
        return _said(request, Outcome.NOT_HERE)
    return _question(request, code, went_wrong="old" if is_answer else "no answer", status=400)


def _question(request, code, *, went_wrong="", status=200):
    """Every second page, by chance, begins with the last answer: the first place is worth a few taps."""
    answers = list(Answer) if secrets.randbelow(2) else list(reversed(Answer))
    return _page(request, "question", status=status, answers=answers, code=code, once=forms_once.new_number(code), went_wrong=went_wrong)


def _said(request, outcome, *, answer=None):
    """Whoever takes the tablet back does not read what was answered on it."""
    is_told = outcome is Outcome.COUNTED and ON_TABLET not in request.GET
    return _page(request, outcome.value, status=STATUS[outcome], answer=answer.label if is_told else "")


def _page(request, shown, *, status=200, **context):
    """Rendered without the request: nothing on the page can depend on who asks, only on whether it is on a tablet.

    Back brings the same form again, whose number counts once. So the browser may keep the page for that, and for nothing else.
    """
    context |= {"question": QUESTION, "shown": shown, "is_on_tablet": ON_TABLET in request.GET}
    response = HttpResponse(render_to_string("sessions/feedback/say.html", context), status=status)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
