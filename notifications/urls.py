"""What a person chooses about notifications, and the link of mails that ends them."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.preferences, name="notifications"),
    path("devices/<uuid:device_id>/remove", views.remove_device, name="remove_device"),
    path("devices/<uuid:device_id>/test", views.try_device, name="test_device"),
    path("unsubscribe", views.unsubscribe, name="unsubscribe"),
]
