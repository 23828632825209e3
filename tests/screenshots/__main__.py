"""Takes the pictures in docs/img: `python -m tests.screenshots [STATE …]`; without a name, all of them."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.backstage import Backstage
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.server import ROOT, Server
from tests.screenshots.clock import NOW
from tests.screenshots.forms import FORMS, Form, file_name
from tests.screenshots.states import STATES, State

FOLDER = ROOT / "docs" / "img"


class Clinic(Server):
    """The product on the day of the pictures, with the people of the stage."""

    def command(self, module: str) -> list[str]:
        return [sys.executable, "-m", "tests.screenshots.clock", module]


class Studio:
    def __init__(self, clinic: Clinic, browser: Browser):
        self._clinic, self._browser = clinic, browser
        self._backstage = Backstage(clinic)
        stage = self._backstage.stage()
        self._cast, self._places = vars(stage.cast), vars(stage.places)

    def close(self) -> None:
        self._backstage.close()

    def photograph(self, state: State, form: Form) -> bytes:
        context = self._browser.new_context(
            base_url=self._clinic.url,
            locale=form.language,
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            service_workers="block",
            **{**form.options, "viewport": form.viewport(state), **state.options},
        )
        context.clock.set_fixed_time(NOW)
        if state.who:
            context.add_cookies([self._cookie(state.who, form.language)])
        page = context.new_page()
        page.goto(state.address.format(**self._places))
        state.act(page)
        page.wait_for_load_state("networkidle")
        picture = page.screenshot(animations="disabled")
        context.close()
        return picture

    def _cookie(self, who: str, language: str) -> dict[str, str]:
        email = self._cast[who].email
        self._backstage.speak(email=email, language=language)
        cookie = self._backstage.sign_in(email=email)
        return {"name": cookie.name, "value": cookie.value, "url": self._clinic.url}


def main(names: list[str]) -> int:
    if unknown := sorted(set(names) - {state.name for state in STATES}):
        print(f"Unknown: {', '.join(unknown)}. There are: {', '.join(state.name for state in STATES)}.")
        return 2
    chosen = [state for state in STATES if not names or state.name in names]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        clinic = Clinic(Path(folder))
        clinic.start()
        try:
            studio = Studio(clinic, playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS))
            for form in FORMS:
                for state in filter(form.shows, chosen):
                    keep(studio.photograph(state, form), FOLDER / file_name(state, form))
            studio.close()
        finally:
            clinic.stop()
    return 0


def keep(picture: bytes, path: Path) -> None:
    Image.open(io.BytesIO(picture)).convert("RGB").save(path, "WEBP", quality=70, method=6)
    print(path.relative_to(ROOT), path.stat().st_size)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
