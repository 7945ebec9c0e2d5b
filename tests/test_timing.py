"""The sums behind the closing lines of `make test`."""

from tests.timing import by_folder, slowest


def test_folders_are_added_up_and_sorted() -> None:
    times = {
        "tests/core/sending/test_a.py::one": 1.0,
        "tests/core/sending/domain/test_b.py::two": 2.5,
        "tests/tenants/test_c.py::three": 4.0,
    }
    assert by_folder(times) == [("tests/tenants", (1, 4.0)), ("tests/core/sending", (2, 3.5))]


def test_the_twenty_slowest_come_slowest_first() -> None:
    times = {f"test_{number}": float(number) for number in range(25)}
    assert slowest(times) == [(f"test_{number}", float(number)) for number in range(24, 4, -1)]
