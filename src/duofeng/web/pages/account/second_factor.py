"""The second factor: asked at sign-in where it is on, turned on and off by its owner."""

from __future__ import annotations

from datetime import UTC, datetime
from time import time
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.auth import authenticate, load_backend, login
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp import login as mark_verified

from duofeng.desk.accounts import second_factor as factor
from duofeng.desk.accounts.models import RecoveryCode, User
from duofeng.web import reader
from duofeng.web.pages.account.qr import svg

PENDING = "second-factor"
PATIENCE = 300
"""Seconds between the password and the code."""


class SignIn(LoginView):
    """The password. Who has a second factor is asked for a code before there is a session of theirs."""

    template_name = "pages/account/sign_in.html"

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if factor.device_of(user) is None:
            return super().form_valid(form)
        session = self.request.session
        session.cycle_key()
        session[PENDING] = {
            "user": user.pk,
            "proof": user.get_session_auth_hash(),
            "backend": user.backend,
            "at": time(),
            "next": self.get_success_url(),
        }
        return redirect("sign-in-code")


@sensitive_post_parameters("code")
@never_cache
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The code. Five wrong ones lock as five wrong passwords do."""
    kept = request.session.get(PENDING)
    user = _pending(kept)
    if kept is None or user is None:
        request.session.pop(PENDING, None)
        return redirect("sign-in")
    if request.method != "POST":
        return render(request, "pages/account/code.html")
    if not _right(request, user):
        return render(request, "pages/account/code.html", {"wrong": True}, status=422)
    del request.session[PENDING]
    login(request, user, backend=kept["backend"])
    _verified(request, user)
    return redirect(kept["next"])


def _pending(kept: dict[str, Any] | None) -> User | None:
    """Who has given the right password and no code yet. Nobody when it took too long or the password has changed."""
    if kept is None or not 0 <= time() - kept["at"] <= PATIENCE:
        return None
    user = load_backend(kept["backend"]).get_user(kept["user"])
    if user is None or not constant_time_compare(kept["proof"], user.get_session_auth_hash()):
        return None
    return user


def _right(request: HttpRequest, user: User) -> bool:
    """Whether the code sent is right; a wrong one counts towards the lock."""
    who = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, who):
        request.axes_locked_out = True
        return False
    if factor.accepts(user, request.POST.get("code", "")[:80], datetime.now(UTC)):
        return True
    user_login_failed.send(sender=__name__, credentials=who, request=request)
    return False


def _verified(request: HttpRequest, user: User) -> None:
    device = factor.device_of(user)
    if device is not None:
        mark_verified(request, device)


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """On or off, and the forms that change it."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    device = factor.device_of(request.user)
    context = {
        "device": device,
        "left": RecoveryCode.objects.filter(user=request.user, used_at=None).count() if device else 0,
        **more,
    }
    return render(request, "pages/account/second_factor.html", context, status=status)


@require_POST
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """The key, as a picture and as text."""
    if factor.device_of(request.user) is not None:
        return redirect("second-factor")
    return _page(request, secret=factor.secret(factor.begin(request.user)))


@never_cache
def picture(request: HttpRequest) -> HttpResponse:
    """The key to scan, while it is being set up and never after."""
    if factor.device_of(request.user) is not None:
        raise Http404
    device = factor.begin(request.user)
    return HttpResponse(svg(factor.address(device, reader.zone().id)), content_type="image/svg+xml")


@sensitive_post_parameters("code")
@require_POST
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    if factor.device_of(request.user) is not None:
        return redirect("second-factor")
    codes = factor.confirm(request.user, request.POST.get("code", "").strip()[:20])
    if codes is None:
        return _page(request, 422, secret=factor.secret(factor.begin(request.user)), wrong=True)
    _verified(request, request.user)
    factor.end_other_sessions(request.user, request.session.session_key, datetime.now(UTC))
    return _page(request, codes=codes)


@sensitive_post_parameters("password", "code")
@require_POST
@never_cache
def renew(request: HttpRequest) -> HttpResponse:
    """New recovery codes, for the password and a code."""
    if not _proven(request):
        return _page(request, 422, refused=True)
    factor.log(request.user, request.user, "recovery codes renewed")
    return _page(request, codes=RecoveryCode.renew(request.user))


@sensitive_post_parameters("password", "code")
@require_POST
@never_cache
def turn_off(request: HttpRequest) -> HttpResponse:
    """No code any more, for the password and a last code."""
    if not _proven(request):
        return _page(request, 422, refused=True)
    factor.turn_off(request.user, request.user, "second factor turned off by its owner")
    messages.success(request, _("第二重验证已关闭。"))
    return redirect("second-factor")


def _proven(request: HttpRequest) -> bool:
    """The password and a code of the person signed in; guesses of either count towards the lock."""
    user = request.user
    password = request.POST.get("password", "")
    return authenticate(request, username=user.get_username(), password=password) == user and _right(request, user)
