"""One piece of long work. Its row is the truth about it; the queue only says when to look."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """`key` makes asking twice the same as asking once. `arguments` and `outcome` are plain JSON."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("没有做成")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(_("种类"), max_length=20)
    title = models.CharField(_("内容"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", verbose_name=_("谁"))
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    step = models.JSONField(default=dict)
    done = models.BigIntegerField(_("已处理"), default=0)
    cancel_asked = models.BooleanField(default=False)
    outcome = models.JSONField(default=dict)
    asked_at = models.DateTimeField(_("提交于"), auto_now_add=True)
    started_at = models.DateTimeField(_("开始于"), null=True)
    ended_at = models.DateTimeField(_("结束于"), null=True)

    class Meta:
        verbose_name = _("作业")
        verbose_name_plural = _("作业")
        ordering: ClassVar[list[str]] = ["-asked_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "-asked_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    def claim(self, now: datetime) -> bool:
        """Take it to do. False when somebody else has, or it was cancelled: then it must be left alone."""
        return self._move(self.State.WAITING, self.State.RUNNING, started_at=now)

    def end(self, state: State, outcome: dict[str, Any], now: datetime) -> None:
        """Only work in progress ends; what a person cancelled stays cancelled."""
        self._move(self.State.RUNNING, state, outcome=outcome, ended_at=now)

    def cancel(self, now: datetime) -> None:
        """Work that waits ends at once; work in progress ends at its next step."""
        if not self._move(self.State.WAITING, self.State.CANCELLED, ended_at=now):
            type(self).objects.filter(pk=self.pk, state=self.State.RUNNING).update(cancel_asked=True)

    def _move(self, before: Any, after: Any, **values: Any) -> bool:
        moved = type(self).objects.filter(pk=self.pk, state=before).update(state=after, **values)
        self.refresh_from_db()
        return bool(moved)
