"""The channels to devices that this server has, by the kind of device: to apps where it has the keys of their owner."""

from django.conf import settings

from notifications.channels.apns import Apns
from notifications.channels.fcm import Fcm
from notifications.channels.push import Channel
from notifications.channels.web import WebPush

CHANNELS: dict[str, Channel] = {"web": WebPush()}
if settings.FCM_ACCOUNT:
    CHANNELS["fcm"] = Fcm(settings.FCM_ACCOUNT, url=settings.FCM_URL, token_url=settings.FCM_TOKEN_URL)
if settings.APNS:
    CHANNELS["apns"] = Apns(settings.APNS, url=settings.APNS_URL)
