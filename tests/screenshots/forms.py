"""The forms in which a state is shown: on a phone and on a desktop, some of them in dark and in Arabic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.screenshots.states import STATES, VARIED, State


@dataclass(frozen=True)
class Form:
    name: str
    options: Mapping[str, Any]
    language: str = "fr"
    is_for_all: bool = True

    def shows(self, state: State) -> bool:
        return self.is_for_all or state.name in VARIED

    def viewport(self, state: State) -> dict[str, int]:
        return {"width": state.phone_width, "height": 740} if "is_mobile" in self.options else DESKTOP


DESKTOP = {"width": 1280, "height": 800}
_PHONE = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}
_DARK = {"color_scheme": "dark"}
FORMS = (
    Form("phone", _PHONE),
    Form("desktop", {}),
    Form("phone-dark", _PHONE | _DARK, is_for_all=False),
    Form("desktop-dark", _DARK, is_for_all=False),
    Form("phone-ar", _PHONE, "ar", is_for_all=False),
    Form("desktop-ar", {}, "ar", is_for_all=False),
)


def file_name(state: State, form: Form) -> str:
    return f"{state.name}-{form.name}.webp"


def file_names() -> set[str]:
    return {file_name(state, form) for form in FORMS for state in STATES if form.shows(state)}
