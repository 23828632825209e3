"""The pages of the API's documentation, for authors of clients."""

from playwright.sync_api import expect


def test_it_shows_the_endpoints_within_the_strict_policy(new_context):
    """The console fixture reports violations of the policy; a new release of Swagger UI may need another style."""
    page = new_context().new_page()
    page.goto("/api/docs")
    expect(page.get_by_text("/api/chat/get-or-create")).to_be_visible()


def test_it_shows_what_an_operation_takes_answers_and_refuses(new_context):
    page = new_context().new_page()
    page.goto("/api/docs")
    operation = page.locator("#operations-Messages-send_message")
    operation.get_by_role("button", name="/api/chat/message", exact=False).first.click()
    expect(operation.get_by_text("a repeated request answers 200")).to_be_visible()
    expect(operation.locator(".body-param__example")).to_contain_text("J'ai mal à la gorge")
    conflict = operation.locator(".response[data-code='409']")
    expect(conflict).to_contain_text("client_id_reused")
    expect(conflict).to_contain_text("This client_id was already used for something else.")
