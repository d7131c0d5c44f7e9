"""Middleware of others, where it does a little too much for pages that are the same for everyone, or for a tablet that hands in."""

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.handlers.exception import convert_exception_to_response
from django.urls import resolve, reverse
from django.utils.functional import cached_property
from django.utils.module_loading import import_string


class LoginRequiredUnlessPublicMiddleware(LoginRequiredMiddleware):
    """Does not look who is there before a public address.

    Django asks first and looks at `login_not_required` afterwards. That reads the session, so every public answer would say `Vary: Cookie`,
    and a hand-in with a cookie would cost two more statements.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class ContentPolicyMiddleware(CSPMiddleware):
    """Puts the policy together once, for all answers that ask for no other: django-csp does it twice for each."""

    @cached_property
    def policy(self):
        return build_policy()

    def process_response(self, request, response):
        if settings.DEBUG or not self.is_plain(request, response):
            return super().process_response(request, response)
        response[HEADER] = self.policy
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)
        return response

    def is_plain(self, request, response):
        """Without a policy of its own: django-csp's decorators leave a note on the answer, and a nonce on the request."""
        return HEADER not in response and getattr(request, "_csp_nonce", None) is None and not any(name.startswith("_csp") for name in vars(response))


class HandInsFirstMiddleware:
    """Answers a tablet that hands in through the few middlewares it needs (docs/decisions/0040-short-way-for-hand-ins.md).

    It has no cookie, no login, no form and no message. Whatever else is asked for goes the long way.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.path = reverse("sessions:record-hand-in")
        self.short_way = convert_exception_to_response(resolve(self.path).func)
        for name in reversed(settings.MIDDLEWARE_FOR_HAND_INS):
            self.short_way = convert_exception_to_response(import_string(name)(self.short_way))

    def __call__(self, request):
        return self.short_way(request) if request.path_info == self.path else self.get_response(request)
