from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from duofeng.desk.accounts.models import Look, Token, User


@admin.register(User)
class AccountAdmin(UserAdmin):
    list_display = ("username", "last_name", "role", "subject", "is_active", "last_login")
    list_filter = ("role", "is_active")
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("园区"), {"fields": ("role", "subject", "must_change_password")}))


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
