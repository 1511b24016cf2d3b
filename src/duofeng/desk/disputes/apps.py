from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisputesConfig(AppConfig):
    name = "duofeng.desk.disputes"
    label = "disputes"
    verbose_name = _("异议")
    default_auto_field = "django.db.models.BigAutoField"
