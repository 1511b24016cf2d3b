"""Every address of the site: pages found by their modules, the administration, the language switch."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from duofeng.web import page

urlpatterns = [
    *(entry.pattern for entry in page.all_pages()),
    path("admin/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
]
handler403 = page.refuse
