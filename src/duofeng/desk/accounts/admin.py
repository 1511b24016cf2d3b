from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from duofeng.desk.accounts.models import Look, Token, User
from duofeng.desk.accounts.second_factor import turn_off


@admin.register(User)
class AccountAdmin(UserAdmin):
    list_display = ("username", "last_name", "role", "subject", "is_active", "last_login")
    list_filter = ("role", "is_active")
    actions = ("reset_second_factor",)
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("园区"), {"fields": ("role", "subject", "must_change_password")}))

    @admin.action(description=_("重置第二重验证"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for person in chosen:
            turn_off(person, request.user, "second factor reset by an administrator")
        self.message_user(request, _("所选账号登录时不再要验证码，可以重新开启。"))


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):
    list_display = ("name", "owner", "scopes", "created_at", "expires_at", "revoked_at")
    readonly_fields = ("digest", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Look)
class LookAdmin(admin.ModelAdmin):
    list_display = ("at", "user", "kind", "subject", "reason")
    list_filter = ("kind",)
    search_fields = ("subject", "user__username")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
