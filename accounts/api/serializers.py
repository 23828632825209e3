from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.models import User


class TextField(serializers.CharField):
    """Accepts only text: a number is refused, not converted."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class _DeviceSerializer(serializers.Serializer):
    # Whatever is no token of a known device is ignored.
    device = TextField(
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="What an earlier sign-in on this device answered, whoever tries in between",
    )


class LoginSerializer(_DeviceSerializer):
    email = TextField(max_length=254)
    password = TextField(max_length=settings.PASSWORD_MOST, trim_whitespace=False)


class SecondStepSerializer(_DeviceSerializer):
    mfa_token = TextField(max_length=300, help_text="What the login answered, at most five minutes ago")
    code = TextField(max_length=20, help_text="Six digits of the app, or the eight of a recovery code")


class RefreshSerializer(serializers.Serializer):
    refresh = TextField(max_length=4096)


class UnlockSerializer(serializers.Serializer):
    password = TextField(max_length=settings.PASSWORD_MOST, trim_whitespace=False, required=False)
    credential = serializers.DictField(
        required=False, help_text="Instead of the password: what a passkey answered to /api/auth/unlock/passkey"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"password": self.error_messages["required"]}, code="required")
        return attrs


class UserSerializer(serializers.ModelSerializer):
    """A person as the API shows them."""

    picture = serializers.CharField(source="picture_url", allow_null=True, help_text="Address of the picture.")

    class Meta:
        model = User
        fields = [
            "id",
            "email",
            "role",
            "display_name",
            "title",
            "first_name",
            "last_name",
            "picture",
            "specialty",
            "language",
            "time_zone",
        ]
        read_only_fields = fields
