from django.urls import path

from accounts.api import views

urlpatterns = [
    path("login", views.LoginView.as_view(), name="api_login"),
    path("second", views.SecondStepView.as_view(), name="api_second_step"),
    path("refresh", views.RefreshView.as_view(), name="api_refresh"),
    path("logout", views.LogoutView.as_view(), name="api_logout"),
    path("me", views.MeView.as_view(), name="api_me"),
]
