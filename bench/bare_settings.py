"""The project's settings with nothing before the one bare view."""

from chatsite.settings import *  # noqa: F403

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",  # the length of the answer
    "allauth.account.middleware.AccountMiddleware",  # demanded by the app, idle here
]
ROOT_URLCONF = "bench.bare"
ALLOWED_HOSTS = ["*"]
REST_FRAMEWORK = {}
