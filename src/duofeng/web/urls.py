"""Every address of the site: pages found by their modules, the administration, the language switch."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from duofeng.web import page
from duofeng.web.back_office import tidy

tidy()

urlpatterns = [
    *(entry.pattern for entry in page.all_pages()),
    # Only one page asks for a password: the one that also asks for a second factor.
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
]
handler403 = page.refuse
handler404 = page.missing
