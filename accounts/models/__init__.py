from accounts.models.refresh_token import RefreshToken
from accounts.models.sign_in import DEVICE_LIFETIME, SignIn
from accounts.models.user import Role, User

__all__ = ["DEVICE_LIFETIME", "RefreshToken", "Role", "SignIn", "User"]
