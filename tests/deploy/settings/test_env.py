"""The environment as settings read it: what is missing or unfit is one sentence, and nothing is guessed."""

import pytest

from deploy.settings import env


def test_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARQUE_WORD", raising=False)
    assert env.text("MARQUE_WORD", "else") == "else"
    monkeypatch.setenv("MARQUE_WORD", "")
    assert env.text("MARQUE_WORD", "else") == ""  # somebody said: nothing


def test_what_is_missing_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARQUE_WORD", raising=False)
    with pytest.raises(SystemExit) as end:
        env.text("MARQUE_WORD")
    assert str(end.value) == "MARQUE_WORD is not set: see the list of settings in README.md."


@pytest.mark.parametrize(("given", "number"), [("", 7), ("0", 0), ("8000", 8000), ("007", 7)])
def test_number(monkeypatch: pytest.MonkeyPatch, given: str, number: int) -> None:
    monkeypatch.setenv("MARQUE_NUMBER", given)
    assert env.number("MARQUE_NUMBER", 7) == number


@pytest.mark.parametrize("given", ["-1", "1.5", "many", "1 000", " ", "0x10", "²"])
def test_what_is_no_number_is_one_sentence(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("MARQUE_NUMBER", given)
    with pytest.raises(env.WrongSetting) as end:
        env.number("MARQUE_NUMBER", 7)
    assert str(end.value) == f"MARQUE_NUMBER must be a whole number, not “{given}”."


ADDRESSES = [
    ("postgresql://web@/marque", ("marque", "web", "", "", "")),
    ("postgres://web:secret@db.test:5433/marque", ("marque", "web", "secret", "db.test", "5433")),
    ("postgresql://w%40b:p%2Fw@/m%20q", ("m q", "w@b", "p/w", "", "")),
    ("postgresql://web@/marque?host=/run/pg&port=6000", ("marque", "web", "", "/run/pg", "6000")),
    ("postgresql:///marque", ("marque", "", "", "", "")),
]


@pytest.mark.parametrize(("url", "parts"), ADDRESSES)
def test_an_address_of_a_database(url: str, parts: tuple[str, ...]) -> None:
    found = env.database(url, login="web")
    assert tuple(found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == parts
    assert (found["ENGINE"], found["LOGIN"], found["OPTIONS"]) == (
        "tenants.db",
        "web",
        {"server_side_binding": True},
    )


def test_what_else_the_address_says_goes_to_the_driver() -> None:
    """Also beside a pool; a host that is asked for twice is the one of the query, as in libpq."""
    url = "postgresql://web@db.test/marque?sslmode=verify-full&host=other.test"
    found = env.database(url, login="web", pool={"max_size": 8})
    assert found["HOST"] == "other.test"
    assert found["OPTIONS"] == {
        "server_side_binding": True,
        "sslmode": "verify-full",
        "pool": {"max_size": 8},
    }


@pytest.mark.parametrize("url", ["", "marque", "mysql://web@/marque", "//web@/marque", "http://db.test/"])
def test_an_address_of_something_else_is_one_sentence(url: str) -> None:
    with pytest.raises(env.WrongSetting) as end:
        env.database(url, login="web")
    assert str(end.value) == (
        "DATABASE_URL and OWNER_DATABASE_URL must look like postgresql://user@host/name."
    )
