"""`python -m toll export RUN FILM.html`: a run's film as one file."""

import argparse
from pathlib import Path

from tqdm import tqdm

from toll.data import load_dataset, split_one_class
from toll.film.export import export, title
from toll.film.frames import film
from toll.latent.stored import project_umap
from toll.latent.umap import UmapSettings
from toll.runs.run import Run
from toll.runs.store import RunStore


def add_flags(parser: argparse.ArgumentParser) -> None:
    default = UmapSettings()
    parser.add_argument("run", help="name of the run, as `runs` lists it")
    parser.add_argument("file", type=Path, help="the HTML file to write")
    parser.add_argument("--contrast", metavar="RUN", help="show this run's black hole beside it")
    parser.add_argument("--umap", action="store_true", help="compute UMAP first; takes a minute")
    parser.add_argument("--dimensions", type=int, default=default.dimensions, help="of UMAP: 2, 3")
    parser.add_argument("--n-neighbors", type=int, default=default.n_neighbors, help="of UMAP")
    parser.add_argument("--min-dist", type=float, default=default.min_dist, help="of UMAP")
    parser.add_argument("--of", default=default.of, help="UMAP of `latents` or of `directions`")
    parser.set_defaults(command=_export)


def _export(options: argparse.Namespace) -> int:
    store = RunStore()
    run = store.get(options.run)
    contrast = store.get(options.contrast) if options.contrast else None
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
    export(film(run, split, umaps=[settings], contrast=contrast), title(run), options.file)
    size = options.file.stat().st_size / 1e6
    print(f"{options.file}: {len(run.snapshot_steps())} snapshots, {size:.1f} MB")
    return 0


def check_comparable(run: Run, other: Run) -> None:
    """Raises `ValueError` unless both runs are of the same dataset and normal class."""
    one, two = ((c.dataset, c.normal_class) for c in (run.config, other.config))
    if one != two:
        raise ValueError(
            f"run {other.id} is of {two[0]} with normal class {two[1]}; "
            f"to compare it must be of {one[0]} with normal class {one[1]}"
        )


def _project(run: Run, settings: UmapSettings) -> None:
    with tqdm(total=100, unit="%", disable=None) as bar:

        def report(share: float, message: str) -> None:
            bar.set_description(message)
            bar.update(round(100 * share) - bar.n)

        project_umap(run, settings, report)
        bar.update(100 - bar.n)
