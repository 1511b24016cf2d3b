"""Who signed which payment list. Rows are only ever added."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

NEEDED = 2
"""Different people who must sign a list before it is paid."""


class PaymentSignature(models.Model):
    """One person signed the list with this digest. The database refuses a second signature of a person and a third."""

    at = models.DateTimeField(_("时间"))
    run = models.CharField(_("计算批次"), max_length=80)
    digest = models.CharField(_("校验"), max_length=64)
    total = models.BigIntegerField(_("合计（分）"))
    place = models.PositiveSmallIntegerField(_("第几人"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("签字人"))

    class Meta:
        verbose_name = _("兑现签字")
        verbose_name_plural = _("兑现签字")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest", "user"], name="one_signature_a_person"),
            models.UniqueConstraint(fields=["digest", "place"], name="one_person_a_place"),
            models.CheckConstraint(condition=models.Q(place__in=[1, NEEDED]), name="two_places"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.digest[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever adds. Raises ValueError for a signature that stands already."""
        if self.pk is not None:
            raise ValueError("a signature is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValueError("a signature is never removed")
