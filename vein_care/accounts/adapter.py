"""How django-allauth behaves here: nobody signs up by themselves, and people land where they work."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.models import User
from vein_care.accounts.second_step import signed_in_just_now


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That login name and password do not go together. Check both and try again."),
        "email_password_mismatch": _("That e-mail and password do not go together. Check both and try again."),
        "too_many_login_attempts": _("Too many tries for this account. Wait five minutes, or ask your administrator for a new sign-in link."),
        "rate_limited": _("Too many tries. Wait five minutes, then try again."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your password."),
    }

    def is_open_for_signup(self, request):
        return False

    def add_message(self, *args, **kwargs):
        """Stay quiet: "Successfully signed in" tells a worker nothing, and would reach the next page on a shared tablet."""

    def is_reauthentication_required(self, *, app, **kwargs):
        """Who signed in minutes ago is not asked again; a tablet left lying around is another matter."""
        return super().is_reauthentication_required(app=app, **kwargs) and not signed_in_just_now(self.request)

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Whose tries are counted together. allauth counts by the address of the server, which the asker may vary, and by what was typed."""
        typed = credentials.get("email") or credentials.get("username") or ""
        person = User.objects.with_login(typed).only("pk").first()
        return f"person:{person.pk}" if person else f"nobody:{typed.lower()}"

    def get_password_change_redirect_url(self, request):
        messages.success(request, _("Your password is changed."))
        return reverse("mfa_index")

    def post_login(self, request, user, **kwargs):
        """Somebody whose second step was taken away is told so before anything else."""
        response = super().post_login(request, user, **kwargs)
        return redirect("mfa_index") if user.second_step_removed_at else response
