"""The profile, and the pages of allauth that are in use, at allauth's paths and names; no others exist."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from accounts import views
from accounts.second_factor.views import login_by_passkey
from chatsite.http.head import nothing_by_head

urlpatterns = [
    path("profile", views.profile, name="profile"),
    path("look", views.choose_look, name="choose_look"),
    path("profile/devices/<int:sign_in_id>/end", views.end_device, name="end_device"),
    path("profile/devices/end-others", views.end_other_devices, name="end_other_devices"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("accounts.second_factor.urls")),
    path("address", views.address_change, name="address_change"),
    path("login/", views.login, name="account_login"),
    # Below that of the password: so the browser sends the cookie of known devices with it.
    path("login/passkey/", login_by_passkey, name="mfa_login_webauthn"),
    path("unlock", views.unlock, name="unlock"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", allauth.signup, name="account_signup"),
    path("password/change/", views.change_password, name="account_change_password"),
    path("password/reset/", views.reset_password, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        nothing_by_head(views.choose_password),
        name="account_reset_password_from_key",
    ),
]
