"""The pages of the API's documentation, for authors of clients."""

import json

from playwright.sync_api import expect

from chat.tests.files import samples


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
    conflict.locator("select.examples-select-element").select_option("client_id_reused")
    expect(conflict).to_contain_text("This client_id was already used for something else.")


def test_one_can_upload_a_file_there(sign_in, people):
    """With the session of the pages: the form has a field for the file, and the request its CSRF token."""
    page = sign_in(people.patient)
    page.goto("/api/docs")
    operation = page.locator("#operations-Messages-upload_attachment")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("[data-property-name=chat_id] input").fill(str(people.chat_id))
    operation.locator("input[type=file]").set_input_files(
        {"name": "gorge.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg()}
    )
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text("201")
    answer = json.loads(operation.locator(".live-responses-table .highlight-code code").first.inner_text())
    assert answer["attachment"]["file_name"] == "gorge.jpg"
