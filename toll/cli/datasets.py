"""`toll data`, or `toll datasets`, and `toll download`: what is there, and getting what is not."""

import argparse
import dataclasses
import json

from tqdm import tqdm

from toll.data import DATASETS, availability, download_dataset, get_spec
from toll.paths import data_dir


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON (default: as text)")
    parser.set_defaults(command=_data)


def add_download_flags(parser: argparse.ArgumentParser) -> None:
    can = [name for name, spec in DATASETS.items() if spec.downloadable]
    parser.add_argument("dataset", help=f"one of {', '.join(can)}")
    parser.set_defaults(command=_download)


def _data(options: argparse.Namespace) -> int:
    found = [availability(name) for name in DATASETS]
    if options.json:
        rows = [dataclasses.asdict(each) for each in found]
        print(json.dumps(rows, indent=1, default=str))
        return 0
    print(f"Data folder: {data_dir()}")
    for each in found:
        print(f"{each.name:12} {'there' if each.present else 'missing':8} {each.message}")
        if get_spec(each.name).own:
            print(f"{'':21} {get_spec(each.name).description}")
        if not each.present:
            print(f"{'':21} Needed: {', '.join(each.missing)}")
            if get_spec(each.name).downloadable:
                print(f"{'':21} To download: python -m toll download {each.name}")
    return 0


def _download(options: argparse.Namespace) -> int:
    spec = get_spec(options.dataset)
    with tqdm(total=spec.download_bytes, unit="B", unit_scale=True, disable=None) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        download_dataset(spec.name, report=report)
    print(availability(spec.name).message)
    return 0
