"""`toll export RUN FILM.html`: a run's film as one file."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from toll.data import get_spec, load_dataset, split_one_class
from toll.film.container import read_header
from toll.film.export import export, title
from toll.film.frames import film, left_out
from toll.latent.stored import project_umap
from toll.latent.umap import UmapSettings
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies.ladder import find_ladder


def add_flags(parser: argparse.ArgumentParser) -> None:
    default = UmapSettings()
    parser.add_argument(
        "run",
        metavar="RUN",
        help="name of the run, as `toll runs` lists it, or of a rung of a ladder: LADDER/100-0",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the HTML file to write")
    everyday = parser.add_argument_group("everyday flags")
    everyday.add_argument(
        "--contrast", metavar="RUN", help="show this run's black hole beside it (default: no run)"
    )
    everyday.add_argument(
        "--umap",
        action="store_true",
        help="compute UMAP first, which takes a minute (default: show it if it has been computed)",
    )
    advanced = parser.add_argument_group("advanced flags: of UMAP")
    for flag, kind, meaning in (
        ("--dimensions", int, "2 or 3"),
        ("--n-neighbors", int, "neighbours of a sample"),
        ("--min-dist", float, "how close together points may be drawn"),
        ("--of", str, "of `latents` or of `directions`"),
    ):
        value = getattr(default, flag.removeprefix("--").replace("-", "_"))
        help_text = f"{meaning} (default: {value})"
        advanced.add_argument(flag, type=kind, default=value, metavar="VALUE", help=help_text)
    parser.set_defaults(command=_export)


def _export(options: argparse.Namespace) -> int:
    store = RunStore()
    contrast = store.get(options.contrast) if options.contrast else None
    if ladder := find_ladder(options.run):
        runs, without = ladder.shown()
        if not runs:
            raise ValueError(
                f"ladder {ladder.id} has kept no snapshot yet: there is nothing to show"
            )
        contrast = contrast or without
    else:
        runs = [store.get(options.run)]
    run = runs[0]
    config = run.config
    if contrast is not None:
        check_comparable(run, contrast)
    settings = UmapSettings(
        dimensions=options.dimensions,
        n_neighbors=options.n_neighbors,
        min_dist=options.min_dist,
        of=options.of,
    )
    if not options.file.parent.is_dir():
        raise ValueError(
            f"there is no folder {options.file.parent} to write {options.file.name} to"
        )
    if options.umap:
        _project(run, settings)
    split = split_one_class(
        load_dataset(config.dataset), config.normal_class, config.validation_size
    )
    made = film(runs, split, umaps=[settings], contrast=contrast)
    export(made, title(runs), options.file)
    size = options.file.stat().st_size / 1e6
    print(f"{options.file}: {len(read_header(made)['steps'])} snapshots, {size:.1f} MB")
    for fault in left_out(made):
        print(f"left out: {fault}", file=sys.stderr)
    return 0


def check_comparable(run: Run, other: Run) -> None:
    """Raises `ValueError` unless both runs are of the same dataset and normal class."""
    one, two = (
        f"{c.dataset} with {get_spec(c.dataset).classes_phrase(c.normal_classes)} as normal"
        for c in (run.config, other.config)
    )
    if one != two:
        raise ValueError(f"run {other.id} is of {two}; to compare it must be of {one}")


def _project(run: Run, settings: UmapSettings) -> None:
    with tqdm(total=100, unit="%", disable=None) as bar:

        def report(share: float, message: str) -> None:
            bar.set_description(message)
            bar.update(round(100 * share) - bar.n)

        project_umap(run, settings, report)
        bar.update(100 - bar.n)
