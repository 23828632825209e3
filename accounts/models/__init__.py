from accounts.models.sign_in import SignIn
from accounts.models.user import Role, User

__all__ = ["Role", "SignIn", "User"]
