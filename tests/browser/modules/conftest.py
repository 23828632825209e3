"""The modules that need no page, in the browser that runs them."""

import pytest

from tests.browser.conftest import fill_sign_in


@pytest.fixture(scope="module")
def page(browser, server, backstage):
    """One page of our origin for all of them."""
    people = backstage.pair()
    page = browser.new_page(base_url=server.url)
    page.goto("/accounts/login/")
    fill_sign_in(page, people.patient)
    page.wait_for_url("**/patient/chat")
    yield page
    page.close()


@pytest.fixture
def run(page):
    """Run the body of an async function; `load(path)` imports one of our modules."""

    def run(body):
        setup = """
          const load = (path) => import(`/static/js/${path}`);
          const pause = (ms) => new Promise((done) => setTimeout(done, ms));
        """
        return page.evaluate(f"async () => {{ {setup} {body} }}")

    return run
