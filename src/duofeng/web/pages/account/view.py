"""Where a person begins, signing in and out, changing one's own password, the second factor."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from duofeng.web.page import Page, all_pages, rights
from duofeng.web.pages.account import second_factor


class ChangePassword(PasswordChangeView):
    template_name = "pages/account/password.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: object) -> HttpResponse:
        response = super().form_valid(form)
        user = self.request.user
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
        return response


def home(request: HttpRequest) -> HttpResponse:
    """Where a person begins: the first page of their navigation. Not every role may see the cockpit."""
    own = rights(request)
    return redirect(next((entry.name for entry in all_pages() if entry.title and own.allows(entry.needs)), "password"))


PAGES = [
    Page("home/", "home", home, "account.own"),
    Page("sign-in/", "sign-in", second_factor.SignIn.as_view(), None),
    Page("sign-in/code/", "sign-in-code", second_factor.sign_in_code, None),
    Page("sign-out/", "sign-out", LogoutView.as_view(), None),
    Page("password/", "password", ChangePassword.as_view(), "account.own"),
    Page("account/second-factor/", "second-factor", second_factor.second_factor, "account.own"),
    Page("account/second-factor/begin/", "second-factor-begin", second_factor.begin, "account.own"),
    Page("account/second-factor/key.svg", "second-factor-picture", second_factor.picture, "account.own"),
    Page("account/second-factor/confirm/", "second-factor-confirm", second_factor.confirm, "account.own"),
    Page("account/second-factor/codes/", "second-factor-codes", second_factor.renew, "account.own"),
    Page("account/second-factor/off/", "second-factor-off", second_factor.turn_off, "account.own"),
]
