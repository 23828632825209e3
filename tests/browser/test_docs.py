"""The pages of the API's documentation, for whoever writes a client."""

from playwright.sync_api import expect


def test_it_shows_the_endpoints_within_the_strict_policy(new_context):
    """The policy is what the fixture's console tells of; a new release of Swagger UI may want another style."""
    page = new_context().new_page()
    page.goto("/api/docs")
    expect(page.get_by_text("/api/chat/get-or-create")).to_be_visible()
