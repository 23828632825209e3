"""The people and tokens of the schema's examples."""

PATIENT = {
    "id": 3,
    "email": "julie.lambert@example.org",
    "role": "patient",
    "display_name": "Julie Lambert",
    "title": "",
    "first_name": "Julie",
    "last_name": "Lambert",
    "picture": "/assets/profiles/profile-5be1c0a94f7d2e86.webp",
    "specialty": "",
    "language": "fr",
    "time_zone": "Europe/Paris",
}
CREDENTIALS = {"email": PATIENT["email"], "password": "une phrase que je retiens"}
_TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoi{}In0.c2lnbmF0dXJl"  # noqa: S105 - nobody's
DEVICE = "WyI1ZjBiNmM3ZC0uLi4iLCI5YTFiMmMzZCJd:1tLx4Q:bm9ib2R5cw"
MFA_TOKEN = "WyI0YmE4ZjFkMC4uLiIsIjlkYzAuLi4iXQ:1tLx4Q:bm9ib2R5cw"  # noqa: S105 - nobody's
PAIR = {"access": _TOKEN.format("YWNjZXNz"), "refresh": _TOKEN.format("cmVmcmVzaA")}
PASSKEY_QUESTION = {
    "publicKey": {
        "challenge": "Yy8s1F1l8GxZBJxHjTZ0t7hHnqT2nS8y6dZfJbcZ5wE",
        "rpId": "chat.example.org",
        "allowCredentials": [{"type": "public-key", "id": "q0nVhzGcS4mWmA"}],
        "userVerification": "required",
    }
}
