"""Which devices of a person are told of a message, and how soon, given who looks. It decides, and asks nobody."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TypeVar

from chat.services.looking import Look

# A person who looks at a chat will see the message there, and need not hear of it from every device.
LATER = timedelta(seconds=10)

Device = TypeVar("Device")


def delays(devices: Mapping[Device, str], *, chat_id: int, looks: Collection[Look]) -> dict[Device, timedelta | None]:
    """How long after a message in this chat each device of a person is told, if it is still unread; None: not at all.

    `devices` has the public id of the sign-in of each. `looks` are those of the person, from `looking`.
    """
    here = {look.sign_in for look in looks if look.chat_id == chat_id}
    rest = LATER if looks else timedelta()
    return {device: None if sign_in and sign_in in here else rest for device, sign_in in devices.items()}
