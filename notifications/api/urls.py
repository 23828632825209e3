"""The devices of a person. As text, so that an id of another form is refused with a sentence."""

from django.urls import path

from notifications.api import views

urlpatterns = [
    path("devices", views.DevicesView.as_view(), name="api_devices"),
    path("devices/<str:device_id>", views.DeviceView.as_view(), name="api_device"),
    path("devices/<str:device_id>/test", views.DeviceTestView.as_view(), name="api_device_test"),
]
