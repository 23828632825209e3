"""The pages of the second factor, at names that allauth expects."""

from django.urls import path

from accounts.second_factor import views

urlpatterns = [
    path("", views.index, name="mfa_index"),
    path("later/", views.later, name="mfa_later"),
    path("code/", views.authenticate, name="mfa_authenticate"),
    path("confirm/", views.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", views.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", views.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", views.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", views.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("browsers/<int:browser_id>/end/", views.end_trusted_browser, name="mfa_end_trusted_browser"),
    path("passkeys/", views.list_passkeys, name="mfa_list_webauthn"),
    path("passkeys/add/", views.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("passkeys/confirm/", views.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
]
