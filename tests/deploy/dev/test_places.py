"""Where services keep files: nobody else may have put something there before."""

import os
import stat
from pathlib import Path

import pytest

from deploy.dev import places
from deploy.dev.problem import Problem


def test_a_directory_is_made_for_its_owner_alone(place: Path) -> None:
    made = places.private_dir(place / "a" / "b")
    assert (made, stat.S_IMODE(made.stat().st_mode)) == (place / "a" / "b", 0o700)


def test_an_open_one_of_ours_is_closed(place: Path) -> None:
    place.chmod(0o777)
    (place / "kept").touch()
    places.private_dir(place)
    assert (stat.S_IMODE(place.stat().st_mode), (place / "kept").exists()) == (0o700, True)


def test_a_link_to_somewhere_else_is_refused(place: Path) -> None:
    """In /var/tmp everybody may lay one, to a directory of theirs or of ours."""
    target, link = place / "target", place / "link"
    target.mkdir()
    link.symlink_to(target)
    with pytest.raises(Problem) as refusal:
        places.private_dir(link)
    assert str(refusal.value) == f"{link} belongs to somebody else: remove it, then start again."


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_somebody_elses_is_refused_as_it_is(place: Path) -> None:
    theirs = place / "theirs"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, 65534, 65534)
    with pytest.raises(Problem, match="belongs to somebody else"):
        places.private_dir(theirs)
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o755


def test_one_path_has_one_name_however_it_is_written(place: Path) -> None:
    (place / "data").mkdir()
    same = [place / "data", place / "." / "data", place / "data" / ".." / "data"]
    assert len({places.token(path) for path in same}) == 1
    assert places.token(place) != places.token(place / "data")
    assert len(places.token(place)) == 12


def test_only_root_has_to_become_somebody() -> None:
    account = places.unprivileged()
    assert (account is not None) is (os.geteuid() == 0)
    assert account is None or (account.uid != 0 and account.gid != 0)
