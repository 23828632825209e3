"""What accounts publishes for the other apps, after the commit."""

from django.dispatch import Signal

# Sent with `sign_in_ids: list[int]`: connections that are open for one of them have to be closed.
sign_ins_ended = Signal()
# Sent with `user_id: int`, at once: after the right password came a wrong code.
code_refused = Signal()
# Sent with `user_id: int`: a person has another password.
password_changed = Signal()
# Sent with nothing, at once: a passkey with which nobody came in.
passkey_refused = Signal()
# Sent with `user_id: int`, at once: somebody who is signed in was asked who they are, and did not prove it.
proof_refused = Signal()
# Sent with `request`, at once: what had waited for the answer to "who are you?" is about to be done. A receiver that
# returns a response refuses it.
resuming = Signal()
# Sent with `user_ids: list[int]`: accounts that were opened or closed, or have another role.
accounts_switched = Signal()
# Sent with `user_ids: list[int]`: people who now show, or now hide, when they are online.
presence_switched = Signal()
