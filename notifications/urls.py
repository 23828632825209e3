"""What a person chooses about notifications, and the link of mails that ends them."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.preferences, name="notifications"),
    path("unsubscribe", views.unsubscribe, name="unsubscribe"),
]
