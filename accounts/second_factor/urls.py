"""The pages of the second factor, at names that allauth expects."""

from django.urls import path

from accounts.second_factor import views

urlpatterns = [
    path("", views.index, name="mfa_index"),
    path("code/", views.authenticate, name="mfa_authenticate"),
    path("confirm/", views.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", views.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", views.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", views.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", views.download_recovery_codes, name="mfa_download_recovery_codes"),
]
