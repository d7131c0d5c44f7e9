"""Django's own middleware, where it does a little too much for pages that are the same for everyone."""

from django.contrib.auth.middleware import LoginRequiredMiddleware


class LoginRequiredUnlessPublicMiddleware(LoginRequiredMiddleware):
    """Does not look who is there before a public address.

    Django asks first and looks at `login_not_required` afterwards. That reads the session, so every public answer would say `Vary: Cookie`,
    and a hand-in with a cookie would cost two more statements.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
