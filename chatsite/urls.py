"""The addresses of pages, files and the API. `asgi` routes sockets."""

from typing import Any

from csp.decorators import csp_update
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from accounts.views import home, picture, speak
from chat.api.config import ConfigView
from chat.api.socket_views import AsyncSchemaView
from chat.pages.files import chat_file
from chatsite.doctor import echo
from chatsite.shell import manifest, offline, service_worker
from chatsite.views import accessibility, api_not_found, security_txt

# The hash of the one inline style of Swagger UI, which its script inserts.
_SWAGGER_STYLE = "'sha256-MMpT0iDxyjALd9PdfepImGX3DBfJPXZ4IlDWdPAgtn0='"
_PUBLIC: dict[str, Any] = {"permission_classes": [AllowAny], "authentication_classes": [], "throttle_classes": []}

api_docs = SpectacularSwaggerSplitView.as_view(url_name="api_schema", **_PUBLIC)

urlpatterns = [
    # The most requested first: Django looks through them in this order.
    path("api/chat/", include("chat.api.urls")),
    path("api/auth/", include("accounts.api.urls")),
    path("api/", include("notifications.api.urls")),
    path("api/config", ConfigView.as_view(), name="api_config"),
    path("", home, name="home"),
    path("", include("chat.pages.urls")),
    path("", include("appointments.urls")),
    path("notifications/", include("notifications.urls")),
    path("accounts/", include("accounts.urls")),
    path("assets/profiles/<str:name>", picture, name="profile_picture"),
    path("language", speak, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularAPIView.as_view(**_PUBLIC), name="api_schema"),
    path("api/async-schema", AsyncSchemaView.as_view(**_PUBLIC), name="api_async_schema"),
    path("api/docs", csp_update({"style-src": [_SWAGGER_STYLE]})(api_docs), name="api_docs"),
    path("assets/chat_files/<str:name>", chat_file, name="chat_file"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", service_worker, name="service_worker"),
    path("offline", offline, name="offline"),
    path("accessibility", accessibility, name="accessibility"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path(echo.PATH, echo.echo, name="doctor_echo"),
    re_path(r"^api/", api_not_found),
]

handler400 = "chatsite.http.error_pages.bad_request"
handler403 = "chatsite.http.error_pages.forbidden"
handler404 = "chatsite.http.error_pages.not_found"
handler500 = "chatsite.http.error_pages.server_error"
