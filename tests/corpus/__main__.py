"""Report how much of the corpus is understood: ``python -m tests.corpus [--differ]``."""
# ruff: noqa: T201  # it is there to print

import sys

from tests.corpus.sets import CORPUS, SETS


def main(differ: bool) -> None:
    if not CORPUS.is_dir():
        sys.exit(f"There is no corpus at {CORPUS}; PARLOUR_CORPUS may name another place.")
    for name, judge in SETS.items():
        verdicts = list(judge())
        held = sum(not differences for _, differences in verdicts)
        print(f"{name:20} {held:4} of {len(verdicts):4}  {held / len(verdicts):7.1%}")
        if differ:
            for case, differences in verdicts:
                for difference in differences:
                    print(f"    {case}: {difference}")


main("--differ" in sys.argv)
