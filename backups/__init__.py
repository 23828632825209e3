"""Backup, restore, and the proof that a restore works."""
