"""Whether the first story keeps the rule that it was chosen by; see toll/studies/first_story.py.

Ten seeds of each β. Printed are mean AUROC of the score and of its parts with their SD, the
separation, the variety of the reconstructions, and the verdicts that the rule asks for.

    python -m tests.benchmarks.first_story
"""

import os
import tempfile
import time
from dataclasses import replace

from toll.data import load_dataset, split_one_class
from toll.studies.fill import fill
from toll.studies.first_story import first_story
from toll.studies.ladder import Ladder
from toll.studies.ladder_report import markdown, rungs, summary
from toll.studies.verdict import compare

SEEDS = tuple(range(10))
FAR_TOO_MUCH = 1e6
LEAST_GAIN, WITHIN = 0.05, 0.01


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TOLL_CACHE_DIR"] = cache
        story = first_story()
        betas = (*story.betas, FAR_TOO_MUCH)
        ladder = Ladder.create(replace(story, betas=betas, seeds=SEEDS))
        started = time.perf_counter()
        fill(ladder)
        seconds = time.perf_counter() - started
        base = story.base
        dataset = load_dataset(base.dataset)
        rows = rungs(ladder, split_one_class(dataset, base.normal_class, base.validation_size))
        print(markdown(ladder, rows))
        print(f"{seconds:.0f} s for {len(rows)} rungs")
        verdict = compare(rows, base.beta, 0)
        gain = f"{verdict.difference:.3f} ({verdict.low:.3f} to {verdict.high:.3f})"
        kept = verdict.difference >= LEAST_GAIN and verdict.low > 0
        print(f"β = {base.beta:g} gains {gain}, at least {LEAST_GAIN}: {kept}")
        means = summary(rows).set_index("beta")["auroc"]
        least = min(beta for beta in means.index if means[beta] >= means.max() - WITHIN)
        print(f"least β within {WITHIN} of the best: {least:g}; recommended: {base.beta:g}")


if __name__ == "__main__":
    main()
