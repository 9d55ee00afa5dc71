"""Rows of the outbox: one for each channel, under a name that is the same each time."""

from datetime import UTC, datetime, timedelta

import pytest

from requestflow.accounts import Person
from requestflow.notices import ChatGroup
from requestflow.notices.delivery import FIRST_PAUSE, LONGEST_PAUSE, pause
from requestflow.notices.outbox import letter, message_id, messages

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WITH_MAIL = Person(id=7, email="clerk@example.org")
WITHOUT = Person(id=7, email=None)
GROUP = ChatGroup(id=7)


def rows(recipient: Person | ChatGroup, natural: str = "digest|7|", now: datetime = NOW):
    return messages(recipient, "digest", "{}", natural, now)


def test_a_message_has_the_same_id_whenever_it_is_written() -> None:
    # So that it stays the same over versions: whoever was told must not be told again.
    assert message_id("digest|7|mail") == ("3a86412e56d4f66cc11cbe20f34e59b56a60146d@requestflow")
    later = rows(WITH_MAIL, now=NOW + timedelta(days=1))
    assert [row["message_id"] for row in later] == [row["message_id"] for row in rows(WITH_MAIL)]


def test_messages_about_different_things_have_different_ids() -> None:
    ids = {row["message_id"] for n in range(50) for row in rows(WITH_MAIL, f"digest|{n}|")}
    assert len(ids) == 100


def test_who_has_an_address_is_told_on_their_page_and_by_mail() -> None:
    assert [row["channel"] for row in rows(WITH_MAIL)] == ["in_app", "mail"]
    assert {row["person_id"] for row in rows(WITH_MAIL)} == {7}


def test_who_has_none_is_told_on_their_page_alone() -> None:
    assert [row["channel"] for row in rows(WITHOUT)] == ["in_app"]


def test_a_group_is_told_in_its_chat_and_not_taken_for_a_person() -> None:
    (row,) = rows(GROUP)
    assert (row["channel"], row["group_id"]) == ("chat", 7)
    assert "person_id" not in row


def test_a_message_waits_from_the_moment_it_was_written() -> None:
    for row in (*rows(WITH_MAIL), letter("a@example.org", "en", "case", "{}", "x", NOW)):
        assert (row["status"], row["attempts"]) == ("waiting", 0)
        assert row["created_at"] == row["next_attempt_at"] == NOW


def test_a_letter_goes_to_an_address_in_the_language_of_its_reader() -> None:
    row = letter("a@example.org", "en", "case", "{}", "x", NOW)
    assert (row["recipient"], row["locale"], row["channel"]) == ("a@example.org", "en", "mail")


@pytest.mark.parametrize("attempts", [1, 2, 5, 10, 40, 10_000])
def test_pauses_grow_and_are_never_over_the_longest(attempts: int) -> None:
    full = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    for _ in range(20):
        waited = pause(attempts)
        assert full * 0.75 <= waited <= full * 1.25
    assert timedelta(hours=6) >= LONGEST_PAUSE
