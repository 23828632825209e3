"""Light or dark, and how large the text is: as the person chose in the profile, else as was chosen on the device."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.http import HttpRequest

from accounts.models import SignIn
from accounts.models.look import TextSize, Theme

# The name of each choice, which is that of the column, the cookie and the field of a form.
CHOICES: dict[str, type[TextChoices]] = {"theme": Theme, "text_size": TextSize}


@dataclass(frozen=True)
class Look:
    theme: str
    text_size: str

    @property
    def has_large_text(self) -> bool:
        return self.text_size == TextSize.LARGE

    @property
    def themes(self) -> list[tuple[str, str]]:
        """Those to choose from, with their names."""
        return [(theme.value, str(theme.label)) for theme in Theme]

    @property
    def color_scheme(self) -> str:
        """What a browser is told before the style sheet arrives."""
        return "light dark" if self.theme == Theme.SYSTEM else self.theme


def look_of(request: HttpRequest) -> Look:
    """The look of the pages for this request. An error page knows no person; the cookies have their choice, too."""
    sign_in: SignIn | None = getattr(request, "sign_in", None)
    person = sign_in.user if sign_in else None
    found = {}
    for name, choices in CHOICES.items():
        asked = (getattr(person, name, ""), request.COOKIES.get(name), *choices.values)
        found[name] = next(value for value in asked if value in choices.values)
    return Look(**found)


def look(request: HttpRequest) -> dict[str, Look]:
    """For the templates of pages."""
    return {"look": look_of(request)}
