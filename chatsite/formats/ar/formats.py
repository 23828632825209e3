"""Arabic hours, days and numbers, in Django's format characters. `static/js/lib/time.js` has the same forms.

As browsers write `ar` with western digits, and hours as the clocks of France and the Maghreb do.
"""

from django.utils.translation import gettext_noop

TIME_FORMAT = "G:i"
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، G:i"
SHORT_DATETIME_FORMAT = "d/m/Y G:i"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
WEEKDAY_FORMAT = "l، j F"
WEEKDAY_YEAR_FORMAT = "l، j F Y"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","

# The names have no short forms.
SHORT_WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
SHORT_MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
SHORT_DAY = "{day} {month}"
SHORT_DAY_YEAR = "{day} {month} {year}"
FIRST_OF_MONTH = "1"

# Django spells it otherwise than browsers do.
gettext_noop("April")
