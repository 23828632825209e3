from accounts.models.alert import Alert
from accounts.models.link_request import LinkRequest
from accounts.models.refresh_token import RefreshToken
from accounts.models.sign_in import DEVICE_LIFETIME, SignIn
from accounts.models.user import Role, User

__all__ = ["DEVICE_LIFETIME", "Alert", "LinkRequest", "RefreshToken", "Role", "SignIn", "User"]
