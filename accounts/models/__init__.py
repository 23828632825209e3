from accounts.models.account_change import CHANGE_WAIT, AccountChange
from accounts.models.alert import Alert
from accounts.models.link_request import LinkRequest
from accounts.models.lock_out import LockOut
from accounts.models.refresh_token import RefreshToken
from accounts.models.second_factor import SecondStep, Totp, TrustedBrowser, UnlockQuestion
from accounts.models.sign_in import DEVICE_LIFETIME, SignIn
from accounts.models.staff_right import FIRST_RIGHTS, Right, StaffRight
from accounts.models.user import Role, User

__all__ = [
    "CHANGE_WAIT",
    "DEVICE_LIFETIME",
    "FIRST_RIGHTS",
    "AccountChange",
    "Alert",
    "LinkRequest",
    "LockOut",
    "RefreshToken",
    "Right",
    "Role",
    "SecondStep",
    "SignIn",
    "StaffRight",
    "Totp",
    "TrustedBrowser",
    "UnlockQuestion",
    "User",
]
