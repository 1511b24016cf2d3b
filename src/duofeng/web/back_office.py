"""What `/admin/` lists: accounts, keys, looks, locks and second factors. Groups, logs and task rows of packages are not
for people here: roles are declared, jobs have a page of their own."""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

OURS = {"accounts.User", "accounts.Token", "accounts.Look", "axes.AccessAttempt", "otp_totp.TOTPDevice"}
TITLES = {"axes": _("登录保护"), "otp_totp": _("第二重验证")}


def tidy() -> None:
    """Once every package has registered what it has."""
    for model in [each for each in admin.site._registry if each._meta.label not in OURS]:
        admin.site.unregister(model)
    for app, title in TITLES.items():
        apps.get_app_config(app).verbose_name = title
