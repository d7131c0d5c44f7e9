"""What a form is bound to."""


def posted(request):
    """What was sent, also when nothing was filled in; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None
