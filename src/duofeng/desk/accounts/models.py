"""People who sign in, tokens of programs, and the log of who looked at what and why."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person. `role` is one the zone declares; `subject` is the firm an enterprise account speaks for."""

    role = models.CharField(_("角色"), max_length=40, default="visitor")
    subject = models.CharField(_("所属企业"), max_length=80, blank=True)
    must_change_password = models.BooleanField(_("须先改密码"), default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("账号")
        verbose_name_plural = _("账号")


class Token(models.Model):
    """A program's key to the API. Only its hash is kept; the key itself is shown once, when it is made."""

    name = models.CharField(_("用途"), max_length=120)
    owner = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("所有者"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("范围"), default=list)
    created_at = models.DateTimeField(_("建立于"), auto_now_add=True)
    expires_at = models.DateTimeField(_("到期"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("收回于"), null=True, blank=True)

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, owner: User, name: str, scopes: list[str], expires_at: datetime | None = None) -> tuple[Token, str]:
        """The stored token and the key to hand over, which cannot be shown again."""
        key = f"duofeng_{secrets.token_urlsafe(32)}"
        token = cls.objects.create(
            owner=owner, name=name, scopes=scopes, expires_at=expires_at, digest=cls.digest_of(key)
        )
        return token, key

    def allows(self, scope: str, now: datetime) -> bool:
        expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not expired and self.owner.is_active and scope in self.scopes


class Look(models.Model):
    """One person opened guarded values of one subject, for a stated reason. Rows are only ever added."""

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="looks", verbose_name=_("查看人"))
    kind = models.CharField(_("对象类别"), max_length=20)
    subject = models.CharField(_("对象"), max_length=120)
    attributes = models.JSONField(_("属性"), default=list)
    reason = models.CharField(_("事由"), max_length=200)

    class Meta:
        verbose_name = _("查看记录")
        verbose_name_plural = _("查看记录")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "subject", "-at"])]

    def __str__(self) -> str:
        return f"{self.user} → {self.subject}"


class RecoveryCode(models.Model):
    """One way in without the second factor, good once. Only its hash is kept."""

    MANY: ClassVar[int] = 8

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "digest"], name="accounts_recovery_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}"

    @staticmethod
    def digest_of(code: str) -> str:
        plain = "".join(letter for letter in code.lower() if letter.isalnum())
        return hashlib.sha256(plain.encode()).hexdigest()

    @classmethod
    def renew(cls, user: User) -> list[str]:
        """Fresh codes to hand over, which cannot be shown again; the old ones no longer hold."""
        drawn = [secrets.token_hex(10) for _each in range(cls.MANY)]
        codes = ["-".join(each[at : at + 5] for at in range(0, 20, 5)) for each in drawn]
        cls.objects.filter(user=user).delete()
        cls.objects.bulk_create(cls(user=user, digest=cls.digest_of(code)) for code in codes)
        return codes

    @classmethod
    def spend(cls, user: User, code: str, now: datetime) -> bool:
        """Whether the code was one of theirs and unused. It is used now."""
        unused = cls.objects.filter(user=user, digest=cls.digest_of(code), used_at=None)
        return unused.update(used_at=now) == 1
