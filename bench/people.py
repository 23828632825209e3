"""Prints pairs of people who share a chat, as JSON: {"chat_id", "doctor": access token, "patient": access token}."""

import json
import sys

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402 - needs Django to be set up

from accounts.models import Role, User  # noqa: E402
from accounts.services import tokens  # noqa: E402
from chat.services import chats  # noqa: E402


def main(count: int) -> None:
    # One hash for all: to make two hundred would take longer than the run.
    password, first = make_password("a benchmark needs no secret"), User.objects.count()
    pairs = []
    for number in range(first, first + count):
        doctor, patient = (
            User.objects.create(
                email=f"bench-{role}-{number}@example.org",
                password=password,
                role=role,
                first_name=f"Camille {number}",
                last_name="Martin",
            )
            for role in (Role.DOCTOR, Role.PATIENT)
        )
        chat, _ = chats.get_or_create(doctor, doctor_id=doctor.pk, patient_id=patient.pk)
        access = {person.role: tokens.sign_in(person)["access"] for person in (doctor, patient)}
        pairs.append({"chat_id": chat.pk, **access})
    print(json.dumps(pairs))


main(int(sys.argv[1]))
