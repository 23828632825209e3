from django.urls import path

from accounts.api import views

urlpatterns = [
    path("login", views.LoginView.as_view(), name="api_login"),
    path("second", views.SecondStepView.as_view(), name="api_second_step"),
    path("refresh", views.RefreshView.as_view(), name="api_refresh"),
    path("logout", views.LogoutView.as_view(), name="api_logout"),
    path("active", views.ActiveView.as_view(), name="api_active"),
    path("unlock", views.UnlockView.as_view(), name="api_unlock"),
    path("unlock/passkey", views.UnlockQuestionView.as_view(), name="api_unlock_question"),
    path("me", views.MeView.as_view(), name="api_me"),
]
