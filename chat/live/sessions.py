"""Closes the sockets of sign-ins that have ended."""


def connect():
    """Listen to accounts; called once, when Django is ready."""
