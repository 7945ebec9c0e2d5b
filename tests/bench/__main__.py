"""`make bench [BENCH=name] [SCALE=small]`: run the benches and print their figures.

Names may also be given as arguments: `python -m tests.bench push thread`.
"""

import os
import sys

from deploy.dev.problem import Problem
from tests.bench.installation import Installation, installation
from tests.bench.registry import Size, load_all
from tests.bench.report import print_lines, print_table


def main(names: list[str]) -> int:
    scale = os.environ.get("SCALE", "")
    if scale not in {"", "full", "small"}:
        sys.stderr.write(f"marque: SCALE is small or nothing, not “{scale}”.\n")
        return 2
    try:
        with installation() as place:
            return run(place, names or os.environ.get("BENCH", "").split(), size=Size(full=scale != "small"))
    except Problem as problem:
        sys.stderr.write(f"marque: {problem}\n")
        return 1


def run(place: Installation, names: list[str], *, size: Size) -> int:
    benches = load_all()
    if unknown := [name for name in names if name not in benches]:
        sys.stderr.write(f"marque: there is no bench “{unknown[0]}”; there is {', '.join(benches)}.\n")
        return 2
    for name in names or benches:
        figures = list(benches[name](place, size=size))
        print_table(name, figures, note="" if size.full else " (small: a quick look, not to be quoted)")
        print_lines(name, figures, keep=size.full)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
