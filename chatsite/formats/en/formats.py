"""English hours and days, in Django's format characters. `static/js/lib/time.js` has the same forms."""

TIME_FORMAT = "g:i\u00a0A"
DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "F j, Y, g:i\u00a0A"
SHORT_DATETIME_FORMAT = "m/d/Y g:i\u00a0A"
MONTH_DAY_FORMAT = "F j"
YEAR_MONTH_FORMAT = "F Y"
WEEKDAY_FORMAT = "l, F j"
WEEKDAY_YEAR_FORMAT = "l, F j, Y"

SHORT_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHORT_DAY = "{month} {day}"
SHORT_DAY_YEAR = "{month} {day}, {year}"
FIRST_OF_MONTH = "1"
