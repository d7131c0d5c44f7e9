"""How django-allauth behaves here: nobody signs up by themselves, and people land where they work."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That login name and password do not go together. Check both and try again."),
        "email_password_mismatch": _("That e-mail and password do not go together. Check both and try again."),
        "too_many_login_attempts": _("Too many tries for this account. Wait five minutes, or ask your administrator for a new sign-in link."),
    }

    def is_open_for_signup(self, request):
        return False

    def add_message(self, *args, **kwargs):
        """Stay quiet: "Successfully signed in" tells a worker nothing, and would reach the next page on a shared tablet."""
