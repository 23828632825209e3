"""The menu of messages."""

import re

from playwright.sync_api import Page, expect

from tests.browser.screen import Screen


class Actions:
    """The actions of one person on the messages of an open conversation."""

    def __init__(self, page: Page):
        self.page, self.screen = page, Screen(page)
        self.dialog = page.locator("message-actions dialog")

    def menu(self, text: str):
        row = self.screen.message(text)
        row.hover()
        row.locator(".message__menu").click()
        expect(self.dialog).to_be_visible()
        return row

    def button(self, word: str):
        """The button of the dialog with this word, which is followed by the words of the message."""
        return self.dialog.get_by_role("button", name=re.compile(f"^{word}( :|$)"))

    def react(self, text: str, word: str):
        self.menu(text)
        self.button(word).click()

    def do(self, text: str, action: str):
        self.menu(text)
        self.dialog.locator(f"[data-action={action}]:visible").click()
