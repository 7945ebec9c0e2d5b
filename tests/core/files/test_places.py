"""Places for strangers' files: so many at once, one for each network, and none is lost."""

from core.files.places import Places


def test_it_works() -> None:
    places = Places(2)
    one, two = places.take("192.0.2.1"), places.take("192.0.2.2")
    assert one
    assert two
    assert places.take("192.0.2.3") is None
    one.give_back()
    assert places.take("192.0.2.3")


def test_one_network_has_one() -> None:
    places = Places(2)
    one = places.take("192.0.2.1")
    assert one
    assert places.take("192.0.2.1") is None
    with one:
        pass
    assert places.take("192.0.2.1")


def test_it_is_given_back_once() -> None:
    """The second time it may be somebody else's."""
    places = Places(1)
    one = places.take("192.0.2.1")
    assert one
    one.give_back()
    two = places.take("192.0.2.1")
    assert two
    one.give_back()
    assert places.take("192.0.2.1") is None


def test_what_is_forgotten_is_given_back() -> None:
    places = Places(1)
    one = places.take("192.0.2.1")
    assert one
    del one
    assert places.take("192.0.2.1")
