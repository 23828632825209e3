"""The channels to devices that this server has, by the kind of device."""

from notifications.channels.push import Channel
from notifications.channels.web import WebPush

CHANNELS: dict[str, Channel] = {"web": WebPush()}
