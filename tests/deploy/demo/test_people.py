"""People from a seed: everybody once, and nobody of one seed in another."""

from itertools import islice

from deploy.demo.business import STUDIO
from deploy.demo.ids import SeededIds
from deploy.demo.people import NAMES_OF_COMPANIES, People, Person

MANY = 5 * NAMES_OF_COMPANIES
"""Enough that the names of companies come round again."""


def people(seed: int) -> list[Person]:
    everybody = People(seed=seed, business=STUDIO, host="acme.test", first={}, until=1_772_000_000_000)
    return list(islice(iter(everybody), MANY))


def test_everybody_is_somebody_else() -> None:
    crowd = people(1)
    domains = {one.company.id: one.company.domain for one in crowd if one.company}
    assert len({one.id for one in crowd}) == MANY
    assert len({one.email for one in crowd}) == MANY
    assert len(set(domains.values())) == len(domains)
    assert len(domains) > NAMES_OF_COMPANIES


def test_seeds_have_nobody_in_common() -> None:
    crowds = [people(seed) for seed in (0, 1, 2)]
    for kind in (
        [{one.id for one in crowd} for crowd in crowds],
        [{one.email for one in crowd} for crowd in crowds],
        [{one.company.domain for one in crowd if one.company} for crowd in crowds],
    ):
        assert len(set().union(*kind)) == sum(map(len, kind))


def test_people_follow_from_the_seed_alone() -> None:
    assert people(4)[:50] == people(4)[:50]


def test_ids_have_the_shape_of_uuid7() -> None:
    ids = [SeededIds(1).make("contact", number=number, at=1_772_000_000_000) for number in range(1000)]
    assert {(len(id), id[:8], id[9:13], id[14], id[19] in "89ab") for id in ids} == {
        (36, "019c936e", "3800", "7", True)
    }
