"""Benchmarks: each measures the product's own path beside its floor, in one run (`make bench`).

How to add one: write tests/bench/<name>.py with

    @bench("<name>")
    def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
        yield Figure("<metric>", value=1.2, unit="ms", floor=0.8, n=200)

It is found by its file and imported when Django is set up on `place`, a migrated installation of the benches'
own (tests/bench/installation.py). `size.pick(full, small)` gives its size; only full figures are kept and
may be quoted. Data is made by seed and stays in .marque/bench. Times are medians unless the metric says so.
"""
