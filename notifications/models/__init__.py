from notifications.models.beginning import Beginning
from notifications.models.chore import ChoreTime
from notifications.models.device import Device
from notifications.models.notice import Notice
from notifications.models.preference import Preference
from notifications.models.worker import Worker

__all__ = ["Beginning", "ChoreTime", "Device", "Notice", "Preference", "Worker"]
