"""Who may search the trail: those who protect the data. One place, whatever gives the right."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.models import User


def may_search(user: AbstractBaseUser | AnonymousUser) -> bool:
    return isinstance(user, User) and user.has_perm("audit.view_auditrow")
