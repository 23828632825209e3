"""A program written against the generated package `chat_client`: signs in, sends a file, reads a page.

    python talk.py URL EMAIL PASSWORD FILE

mypy checks it, so what it reads of an answer is what the schema says of it.
"""

import asyncio
import importlib
import pkgutil
import sys
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import chat_client
from chat_client import AuthenticatedClient, Client
from chat_client.api.conversations import list_chats
from chat_client.api.messages import get_file, get_message, list_messages, send_message, upload_attachment
from chat_client.api.signing_in import login
from chat_client.models.attachment_answer import AttachmentAnswer
from chat_client.models.chats_answer import ChatsAnswer
from chat_client.models.login_request import LoginRequest
from chat_client.models.message_answer import MessageAnswer
from chat_client.models.messages_answer import MessagesAnswer
from chat_client.models.refusal import Refusal
from chat_client.models.refusal_code import RefusalCode
from chat_client.models.send_request import SendRequest
from chat_client.models.signed_in_answer import SignedInAnswer
from chat_client.models.upload_request import UploadRequest
from chat_client.types import File


def import_everything() -> None:
    for module in pkgutil.walk_packages(chat_client.__path__, "chat_client."):
        importlib.import_module(module.name)


def sign_in(url: str, email: str, password: str) -> AuthenticatedClient:
    answer = login.sync(client=Client(url), body=LoginRequest(email=email, password=password))
    assert isinstance(answer, SignedInAnswer), answer
    return AuthenticatedClient(url, answer.access)


def first_chat(client: AuthenticatedClient) -> int:
    answer = list_chats.sync(client=client, limit=1)
    assert isinstance(answer, ChatsAnswer), answer
    return answer.chats[0].chat_id


def send_file(client: AuthenticatedClient, chat_id: int, path: Path) -> MessageAnswer:
    """Upload it and send it, each twice under its key, as after a lost answer."""
    upload_key, send_key = uuid4(), uuid4()
    uploads = []
    for _ in range(2):
        content = File(payload=BytesIO(path.read_bytes()), file_name=path.name, mime_type="application/pdf")
        answer = upload_attachment.sync(
            client=client, body=UploadRequest(chat_id=chat_id, file=content, client_id=upload_key)
        )
        assert isinstance(answer, AttachmentAnswer), answer
        uploads.append(answer.attachment.attachment_id)
    assert uploads[0] == uploads[1]
    sends = []
    for _ in range(2):
        body = SendRequest(chat_id=chat_id, message_text="Voici.", attachment_ids=uploads[:1], client_id=send_key)
        sent = send_message.sync(client=client, body=body, idempotency_key=str(send_key))
        assert isinstance(sent, MessageAnswer), sent
        sends.append(sent)
    assert sends[0] == sends[1]
    return sends[0]


def read_page(client: AuthenticatedClient, chat_id: int) -> MessagesAnswer:
    answer = list_messages.sync(chat_id, client=client, newest=1, offset=0, limit=20)
    assert isinstance(answer, MessagesAnswer), answer
    again = asyncio.run(list_messages.asyncio(chat_id, client=client, newest=1, limit=20))
    assert again == answer
    return answer


def main(url: str, email: str, password: str, file: str) -> None:
    path = Path(file)
    import_everything()
    client = sign_in(url, email, password)
    chat_id = first_chat(client)
    sent = send_file(client, chat_id, path).message_data
    page = read_page(client, chat_id)
    assert page.messages[-1] == sent
    [attachment] = sent.attachments
    assert attachment.file_name == path.name
    fetched = get_file.sync(attachment.file_url.rpartition("/")[2], client=client)
    assert isinstance(fetched, File), fetched
    assert fetched.payload.read() == path.read_bytes()
    refused = get_message.sync(sent.message_id + 1_000_000, client=client)
    assert isinstance(refused, Refusal)
    assert refused.error is RefusalCode.MESSAGE_NOT_FOUND


if __name__ == "__main__":
    main(*sys.argv[1:])
