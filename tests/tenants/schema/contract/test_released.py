"""The list of releases: what is read from it, and that a release adds what no earlier one has."""

from pathlib import Path

from tenants.schema.contract.released import add_release, read_released


def test_a_release_adds_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "released.txt"
    path.write_text("# Said above.\n")
    assert add_release("1.0", ["b.0001_b", "a.0001_a"], path) == ["a.0001_a", "b.0001_b"]
    assert add_release("1.1", ["a.0001_a", "a.0002_c", "b.0001_b"], path) == ["a.0002_c"]
    assert path.read_text() == "# Said above.\n\n# 1.0\na.0001_a\nb.0001_b\n\n# 1.1\na.0002_c\n"
    assert read_released(path) == {"a.0001_a", "a.0002_c", "b.0001_b"}
