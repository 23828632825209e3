"""Why a request about devices is refused. The codes are a contract, listed in docs/api.md."""

from django.utils.translation import gettext_noop as _

from chatsite.http.errors import Refusal


class DeviceNotFound(Refusal):
    status, code = 404, "device_not_found"
    message = _("There is no such device of yours. Register it again.")


class DeviceInvalid(Refusal):
    code = "invalid"


class PushHostNotAllowed(Refusal):
    code = "push_host_not_allowed"
    message = _("This server sends to no such push service. Ask the practice to allow it.")


class PushKeysInvalid(Refusal):
    code = "push_keys_invalid"
    message = _("These are not the keys of a subscription. Send p256dh and auth as the browser gives them.")


class DeviceKindUnavailable(Refusal):
    code = "device_kind_unavailable"
    message = _("This server sends no notifications to devices of this kind.")
