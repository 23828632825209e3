"""The admin site shows the clinic's name."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

admin.site.site_header = admin.site.site_title = settings.CLINIC_NAME
admin.site.index_title = _("Administration")
