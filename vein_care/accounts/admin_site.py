"""Django's admin site: for superusers, behind the second step, and for reading. Changes belong on pages that check and audit them."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class SuperuserSite(admin.AdminSite):
    site_header = _("Vein Care: tables")
    site_title = _("Vein Care")
    index_title = _("Look, but change things on the pages made for it")
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options):
        """Other apps register tables with keys and secrets that can be changed. Only what is made for reading is shown."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        """There is one way to sign in, and it asks for the second step. Somebody signed in without the right gets the plain refusal."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists and single rows, without a way to change them."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
