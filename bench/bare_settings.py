"""The project's settings, with the bare view as the only address and only the middleware that it needs."""

from chatsite.settings import *  # noqa: F403

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",  # the length of the answer
    "allauth.account.middleware.AccountMiddleware",  # required by the app, does nothing here
]
ROOT_URLCONF = "bench.bare"
ALLOWED_HOSTS = ["*"]
REST_FRAMEWORK = {}
