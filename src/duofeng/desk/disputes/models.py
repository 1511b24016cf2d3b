"""A value somebody says is wrong, and what the data steward decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Dispute(models.Model):
    """A claim about one value of one subject. An accepted claim became a fact; the value shown then is kept beside."""

    OPEN, ACCEPTED, REFUSED = "open", "accepted", "refused"

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    kind = models.CharField(_("对象类别"), max_length=20)
    subject = models.CharField(_("对象"), max_length=120)
    attribute = models.CharField(_("属性"), max_length=120)
    period = models.CharField(_("时期"), max_length=40, blank=True)
    value = models.CharField(_("应为"), max_length=200)
    reason = models.CharField(_("理由"), max_length=500)
    state = models.CharField(_("状态"), max_length=10, default=OPEN)
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("处理人")
    )
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    fact = models.CharField(_("事实批次"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "subject", "-at"]),
            models.Index(fields=["state", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.attribute}"
