"""What accounts tells the rest of the house."""

from django.dispatch import Signal

# Sent after commit with `sign_in_ids: list[int]`: whoever keeps a connection open for one of them closes it.
sign_ins_ended = Signal()
# Sent after commit with `user_ids: list[int]`: accounts that were opened or closed, or have another role.
accounts_switched = Signal()
# Sent after commit with `user_ids: list[int]`: people who show or hide, from now on, when they are online.
presence_switched = Signal()
