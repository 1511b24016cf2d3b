import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=80, unique=True)),
                ("kind", models.CharField(max_length=20, verbose_name="种类")),
                ("title", models.CharField(max_length=200, verbose_name="内容")),
                ("arguments", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待"),
                            ("running", "进行中"),
                            ("done", "完成"),
                            ("failed", "没有做成"),
                            ("cancelled", "已取消"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("step", models.JSONField(default=dict)),
                ("done", models.BigIntegerField(default=0, verbose_name="已处理")),
                ("cancel_asked", models.BooleanField(default=False)),
                ("outcome", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="提交于")),
                ("started_at", models.DateTimeField(null=True, verbose_name="开始于")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束于")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "作业",
                "verbose_name_plural": "作业",
                "ordering": ["-asked_at"],
                "indexes": [models.Index(fields=["state", "-asked_at"], name="jobs_job_state_fe29c6_idx")],
            },
        ),
    ]
