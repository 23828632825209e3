"""A person at the API, signed in as in their browser, without a page."""

import mimetypes
import uuid

from chat.tests.files import samples


class Hand:
    """What a person does on a device that shows no conversation."""

    def __init__(self, page, chat_id):
        self.context, self.chat_id = page.context, chat_id

    def call(self, method, path, **options):
        [token] = [cookie["value"] for cookie in self.context.cookies() if cookie["name"] == "csrftoken"]
        answer = self.context.request.fetch(
            f"/api/chat/{path}", method=method, headers={"X-CSRFToken": token}, **options
        )
        assert answer.ok, answer.text()
        return answer.json()

    def send(self, text="", *names, reply_to=None):
        body = {"reply_to": reply_to, "chat_id": self.chat_id, "message_text": text, "client_id": str(uuid.uuid4())}
        body["attachment_ids"] = [self.upload(name) for name in names]
        return self.call("POST", "message", data=body)["message_data"]["message_id"]

    def upload(self, name):
        content = samples.pdf() if name.endswith(".pdf") else samples.jpeg()
        file = {"name": name, "mimeType": mimetypes.guess_type(name)[0], "buffer": content}
        form = {"chat_id": str(self.chat_id), "client_id": str(uuid.uuid4()), "file": file}
        return self.call("POST", "attachments", multipart=form)["attachment"]["attachment_id"]

    def draft(self, text):
        body = {"message_text": text, "client_id": str(uuid.uuid4())}
        self.call("PUT", f"chats/{self.chat_id}/draft", data=body)

    def read(self):
        self.call("PUT", f"messages/{self.chat_id}/read", data={})

    def mark_unread(self):
        self.call("PUT", f"chats/{self.chat_id}/unread", data={})
