"""Caught mails as files."""

from pathlib import Path

from deploy.dev.mailbox.store import Store


def test_the_envelope_stands_in_front(tmp_path: Path) -> None:
    store = Store(tmp_path / "mail")
    number = store.add(b"Subject: hi\r\n\r\nhello", sender="a@b.test", recipients=["c@d.test", "e@f.test"])
    assert store.raw(number) == (
        b"Return-Path: <a@b.test>\r\nDelivered-To: c@d.test\r\nDelivered-To: e@f.test\r\n"
        b"Subject: hi\r\n\r\nhello"
    )


def test_the_newest_come_first_and_only_so_many_stay(tmp_path: Path) -> None:
    store = Store(tmp_path, keep=3)
    numbers = [store.add(b"", sender="", recipients=[]) for _ in range(5)]
    assert store.ids() == numbers[:1:-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{number}.eml" for number in numbers[2:]]


def test_an_envelope_cannot_add_headers(tmp_path: Path) -> None:
    store = Store(tmp_path)
    number = store.add(b"", sender="a@b.test>\r\nX-Evil: 1", recipients=[])
    assert store.raw(number) == b"Return-Path: <a@b.test> X-Evil: 1>\r\n"


def test_only_ids_of_ours_are_looked_up(tmp_path: Path) -> None:
    store = Store(tmp_path / "mail")
    (tmp_path / "secret.eml").write_text("secret")
    assert [store.raw(number) for number in ("../secret", "secret", "", "0" * 20 + "-abcdef")] == [None] * 4


def test_clear_forgets_all(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(b"", sender="", recipients=[])
    assert (store.clear(), store.ids(), list(tmp_path.iterdir())) == (1, [], [])
