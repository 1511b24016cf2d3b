"""Signing in and out, and changing one's own password."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy

from duofeng.web.page import Page


class ChangePassword(PasswordChangeView):
    template_name = "pages/account/password.html"
    success_url = reverse_lazy("cockpit")

    def form_valid(self, form: object) -> HttpResponse:
        response = super().form_valid(form)
        user = self.request.user
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
        return response


PAGES = [
    Page("sign-in/", "sign-in", LoginView.as_view(template_name="pages/account/sign_in.html"), None),
    Page("sign-out/", "sign-out", LogoutView.as_view(), None),
    Page("password/", "password", ChangePassword.as_view(), "account.own"),
]
