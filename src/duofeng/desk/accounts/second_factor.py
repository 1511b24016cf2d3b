"""The second factor of an account: codes of an authenticator (RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from urllib.parse import quote

import django_otp
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from duofeng.desk.accounts.models import RecoveryCode, User

LONGEST = 213
"""Bytes of an address that an authenticator can still scan comfortably."""


def device_of(user: User) -> TOTPDevice | None:
    """The authenticator that is asked at sign-in, if there is one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def begin(user: User) -> TOTPDevice:
    """The authenticator being set up; its key stays the same until it is confirmed or given up."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        return TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "authenticator"})[0]


def confirm(user: User, code: str) -> list[str] | None:
    """Recovery codes when the code is right: from now on a code is asked. Nothing when it is wrong."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or device_of(user) is not None or not device.verify_token(code):
            return None
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        return RecoveryCode.renew(user)


def end_other_sessions(user: User, kept: str | None, now: datetime) -> int:
    """Whoever else is signed in as this person, perhaps by a leaked password, has to sign in anew; how many."""
    others = Session.objects.filter(expire_date__gt=now).exclude(session_key=kept)
    theirs = [each.pk for each in others.iterator() if each.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return int(Session.objects.filter(pk__in=theirs).delete()[0])


def accepts(user: User, code: str, now: datetime) -> bool:
    """Whether the code opens the account now. A code opens once, whether the authenticator's or a recovery code."""
    device = device_of(user)
    if device is None:
        return False
    plain = "".join(code.split())
    if len(plain) == device.digits and plain.isascii() and plain.isdecimal():
        return django_otp.verify_token(user, device.persistent_id, plain) is not None
    return RecoveryCode.spend(user, plain, now)


def turn_off(user: User, by: User, why: str) -> None:
    """No code is asked any more. Written into the log of the administration, with who did it."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        log(user, by, why)


def log(user: User, by: User, what: str) -> None:
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user)[:200],
        action_flag=CHANGE,
        change_message=what,
    )


def secret(device: TOTPDevice) -> str:
    """The key as people type it, in groups of four."""
    plain = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def address(device: TOTPDevice, issuer: str) -> str:
    """What an authenticator scans; a long user name is cut, it only tells people which entry it is."""
    key, name = secret(device).replace(" ", ""), device.user.get_username()
    while True:
        found = f"otpauth://totp/{quote(issuer)}:{quote(name)}?secret={key}&issuer={quote(issuer)}"
        if len(found) <= LONGEST or not name:
            return found
        name = name[:-1]
