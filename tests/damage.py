"""Damage to a run's or a table's folder, drawn by hypothesis, and everything that reads one.

A damaged folder may give a `DamagedRun` (or `DamagedTable`, `DamagedFile`), a `ValueError` that our
own code raises, or an `OSError`: nothing else.
"""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from PIL import Image

from dashboard import gallery, loading
from tests.conftest import ROOT
from toll.cli.main import main
from toll.data import load_dataset, split_one_class
from toll.evaluation.metrics import evaluate, event_horizon
from toll.evaluation.selection import chosen_steps
from toll.film.frames import film, left_out
from toll.latent.stored import stored_umap, umap_path
from toll.latent.umap import UmapSettings
from toll.method.checkpoint import load_checkpoint, load_weights, step_of_weights
from toll.method.training import TrainingState
from toll.reading import DamagedFile
from toll.runs.folder import DamagedFolder
from toll.runs.label import read_label
from toll.runs.pictures import inputs_sheet, picture_index, picture_sheet
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.runs.summary import summarise
from toll.studies import report
from toll.studies.table import Table

UMAP = UmapSettings()
OURS = tuple(str(ROOT / folder) for folder in ("toll", "dashboard"))

# In the place of a value in JSON, as text.
VALUES = (
    *("null", "true", "-1", "0", "1.5", "1e999", "-1e999", "NaN", "Infinity", "9" * 400, "1e300"),
    *('""', '"x"', '"\\ud800"', "[]", "{}", "[[]]", '[null, "a"]', '{"a": {}}', "[1, 2, 3]"),
    "[" * 50_000 + "]" * 50_000,
)
ARRAYS: dict[str, Callable[[np.ndarray], np.ndarray | None]] = {
    "none": lambda array: None,
    "objects": lambda array: np.array([{}, None], dtype=object),
    "texts": lambda array: np.full(array.shape, "x"),
    "complex": lambda array: np.ones(array.shape, complex),
    "flags": lambda array: np.ones(array.shape, bool),
    "shorter": lambda array: array[:-1] if array.ndim else array,
    "empty": lambda array: array[:0] if array.ndim else array,
    "a number": lambda array: np.float64(1),
    "one more axis": lambda array: array[..., None],
    "flat": lambda array: array.ravel(),
    "swapped": lambda array: array.T,
    "not finite": lambda array: np.full(array.shape, np.nan),
    "huge": lambda array: np.full(array.shape, 1e300),
    "infinite": lambda array: np.full(array.shape, np.inf),
    "negative": lambda array: np.full(array.shape, -1),
    "far": lambda array: np.full(array.shape, 10**6),
    "same": lambda array: np.full(array.shape, 1),
    "reversed": lambda array: array[::-1] if array.ndim else array,
    "zero": lambda array: np.zeros(array.shape, array.dtype),
    "longs": lambda array: np.full(array.shape, 2**62),
    "exact": lambda array: np.ones(array.shape, np.float64),
    "half": lambda array: np.ones(array.shape, np.float16),
}


@st.composite
def damages(draw: st.DrawFn, folder: Path) -> Callable[[Path], str]:
    """What does one or two things to a copy of the folder, and says what."""
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    # The few files that are kept once are as likely as the many of each snapshot.
    kinds = sorted({_kind(file) for file in files})
    changes = []
    for _ in range(draw(st.integers(1, 2))):
        kind = draw(st.sampled_from(kinds))
        file = draw(st.sampled_from([each for each in files if _kind(each) == kind]))
        content = (folder / file).read_bytes()
        other = draw(st.sampled_from(files))
        changed = draw(
            st.one_of(*_ways(file.suffix, content), _bytes(content), _whole(folder, other))
        )
        changes.append((file, changed))

    def apply(copy: Path) -> str:
        for file, (_, changed) in changes:
            path = copy / file
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            if isinstance(changed, bytes):
                path.write_bytes(changed)
            elif changed is not None:
                changed(path)
        return "; ".join(f"{file}: {what}" for file, (what, _) in changes)

    return apply


Change = st.SearchStrategy[tuple[str, Any]]


def _kind(file: Path) -> str:
    return f"{file.parent.name}/{file.suffix}" if file.name.startswith("step_") else str(file)


def _bytes(content: bytes) -> Change:
    """Some of its bytes changed, or the end cut off."""
    places = st.lists(
        st.tuples(st.integers(0, max(len(content) - 1, 0)), st.integers(0, 255)), max_size=4
    )

    def flipped(at: list[tuple[int, int]]) -> tuple[str, bytes]:
        changed = bytearray(content)
        for place, value in at if content else []:
            changed[place] = value
        return f"bytes {at}", bytes(changed)

    cut = st.integers(0, len(content)).map(lambda n: (f"cut to {n}", content[:n]))
    return st.one_of(places.map(flipped), cut, st.binary(max_size=40).map(lambda b: ("noise", b)))


def _whole(folder: Path, other: Path) -> Change:
    """The file removed, or something else in its place."""

    def named_oddly(path: Path) -> None:
        shutil.copy(folder / other, path.with_name("step_none" + path.suffix))

    return st.sampled_from(
        [
            ("removed", None),
            ("a folder", Path.mkdir),
            ("a pipe", os.mkfifo),
            ("dangling", lambda path: path.symlink_to("nowhere")),
            ("huge", lambda path: path.write_bytes(b"") or os.truncate(path, 2**32)),
            (f"the content of {other}", (folder / other).read_bytes()),
            ("an odd name", named_oddly),
        ]
    )


def _ways(suffix: str, content: bytes) -> list[Change]:
    match suffix:
        case ".json":
            return [_json(content)]
        case ".jsonl":
            lines = content.splitlines()
            return [
                st.integers(0, len(lines) - 1).flatmap(
                    lambda n: _json(lines[n]).map(
                        lambda changed: (
                            f"line {n}: {changed[0]}",
                            b"\n".join([*lines[:n], changed[1], *lines[n + 1 :], b""]),
                        )
                    )
                )
            ]
        case ".npz":
            with np.load(io.BytesIO(content)) as stored:
                return [_arrays(dict(stored), _as_npz)]
        case ".safetensors":
            return [_tensors(content)]
        case ".parquet":
            return [_table(pd.read_parquet(io.BytesIO(content)))]
        case ".png":
            return [_picture(content)]
    return []


def _json(content: bytes) -> Change:
    """One value somewhere in there replaced, or one name removed or added."""
    whole = json.loads(content)
    places = list(_places(whole))

    def changed(drawn: tuple[tuple, str]) -> tuple[str, bytes]:
        place, value = drawn
        mark = "\x00here"
        tree = _with(json.loads(content), place, None if value == "gone" else mark)
        return f"{place} is {value[:20]}", json.dumps(tree).replace(
            json.dumps(mark), value
        ).encode()

    return st.tuples(st.sampled_from(places), st.sampled_from(("gone", *VALUES))).map(changed)


def _places(value: Any, above: tuple = ()) -> Iterator[tuple]:
    yield above
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _places(each, (*above, name))
        yield (*above, "newer")
    elif isinstance(value, list):
        for index, each in enumerate(value[:3]):
            yield from _places(each, (*above, index))


def _with(tree: Any, place: tuple, value: Any) -> Any:
    """The tree with this value at a place, or without the place where the value is None."""
    if not place:
        return {} if value is None else value
    inner = tree
    for step in place[:-1]:
        inner = inner[step]
    if value is not None:
        inner[place[-1]] = value
    elif isinstance(inner, list) or place[-1] in inner:
        del inner[place[-1]]
    return tree


def _arrays(arrays: dict[str, np.ndarray], packed: Callable[[dict], bytes]) -> Change:
    def changed(drawn: tuple[str, str]) -> tuple[str, bytes]:
        name, way = drawn
        array = ARRAYS[way](arrays[name])
        others = {key: value for key, value in arrays.items() if key != name}
        return f"`{name}` {way}", packed(others if array is None else {**others, name: array})

    return st.tuples(st.sampled_from(sorted(arrays)), st.sampled_from(sorted(ARRAYS))).map(changed)


def _as_npz(arrays: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _tensors(content: bytes) -> Change:
    """A tensor of another kind, or other metadata."""
    from safetensors.numpy import load

    arrays = load(content)
    length = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + length]).get("__metadata__")

    def packed(arrays: dict[str, np.ndarray], about: dict[str, str] | None = metadata) -> bytes:
        from safetensors.numpy import save

        known = {k: np.ascontiguousarray(v) for k, v in arrays.items() if v.dtype.kind in "biuf"}
        return save(known, about)

    abouts = [None, {}, {"step": "x"}, {"step": "-1"}, {"step": "9" * 400}, {"step": "1.5"}]
    abouts += [{"step": "5", "sampler_position": each} for each in ("625", "-1", "", "9" * 30)]
    other = st.sampled_from(abouts).map(lambda about: (f"about {about}", packed(arrays, about)))
    return st.one_of(_arrays(arrays, packed), other)


def _table(rows: pd.DataFrame) -> Change:
    values = {
        "gone": lambda column: None,
        "texts": lambda column: column.astype(str) + "x",
        "missing": lambda column: [None] * len(column),
        "not finite": lambda column: [np.nan] * len(column),
        "huge": lambda column: [1e300] * len(column),
        "negative": lambda column: [-1] * len(column),
        "far": lambda column: [10**6] * len(column),
        "same": lambda column: [column.iloc[0]] * len(column),
        "lists": lambda column: [[1]] * len(column),
        "dates": lambda column: [pd.Timestamp(0)] * len(column),
    }

    def changed(drawn: tuple[str, str]) -> tuple[str, bytes]:
        name, way = drawn
        column = values[way](rows[name])
        others = rows.drop(columns=name)
        table = others if column is None else others.assign(**{name: column})
        return f"`{name}` {way}", table.to_parquet(index=False)

    fewer = st.integers(0, len(rows)).map(
        lambda n: (f"{n} rows", rows.head(n).to_parquet(index=False))
    )
    return st.one_of(
        st.tuples(st.sampled_from(list(rows)), st.sampled_from(sorted(values))).map(changed), fewer
    )


def _picture(content: bytes) -> Change:
    def changed(drawn: tuple[str, int]) -> tuple[str, bytes]:
        mode, less = drawn
        with Image.open(io.BytesIO(content)) as image:
            other = image.convert(mode).resize((max(image.width - less, 1), image.height))
        file = io.BytesIO()
        other.save(file, "PNG")
        return f"{mode}, {less} narrower", file.getvalue()

    modes = st.sampled_from(["L", "RGB", "RGBA", "P", "1", "LA"])
    return st.tuples(modes, st.integers(0, 200)).map(changed)


@contextmanager
def only_documented(told: str, read: str) -> Iterator[None]:
    """Whatever is raised inside is damage, or what our own code or the disk says."""
    try:
        yield
    except (DamagedFolder, DamagedFile, OSError):
        pass
    except ValueError as error:
        raised = error.__traceback__
        while raised is not None and raised.tb_next is not None:
            raised = raised.tb_next
        where = raised.tb_frame.f_code.co_filename if raised else ""
        if type(error) is not ValueError or not where.startswith(OURS):
            raise AssertionError(f"{read} of {told}: {error!r} at {where}") from error
    except Exception as error:
        raise AssertionError(f"{read} of {told}: {error!r}") from error


def read_everything(folder: Path, told: str, output: Path) -> int:
    """Call all that reads a run's folder, which lies in the store; how many of these calls."""
    run, store = Run(folder), RunStore()
    summarise(run)
    assert folder.name in {each.run.id for each in store.list()}
    calls: dict[str, Callable[[], object]] = {
        "status": run.status,
        "config": lambda: run.config,
        "history": run.history,
        "validation": lambda: chosen_steps(run.validation()),
        "gradients": run.gradients,
        "metrics": run.metrics,
        "scores": run.scores,
        "reconstructions": run.reconstructions,
        "snapshots": run.snapshots,
        "label": lambda: read_label(run),
        "resuming": run.check_resumable,
        "pictures": lambda: _pictures(run),
        "umap": lambda: [stored_umap(run, UMAP, step) for step in run.snapshot_steps()],
        "film": lambda: left_out(film(run, loading.split_of(run.config), umaps=[UMAP])),
        "weights": lambda: _weights(run),
        "loading": lambda: _loading(run),
        "gallery": lambda: _gallery(run),
    }
    for name, call in calls.items():
        with only_documented(told, name):
            call()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for command in (["runs"], ["runs", "--json"]):
            assert main(command) == 0, told
        assert main(["export", folder.name, str(output)]) in (0, 2), told
    return len(calls) + 4


def read_table(folder: Path, told: str) -> int:
    """Call all that reads a table's folder."""
    table = Table(folder)
    calls: dict[str, Callable[[], object]] = {
        "status": table.status,
        "settings": lambda: table.settings,
        "filling": table.check_fillable,
        "metrics": table.metrics,
        "states": lambda: [table.state_of(*cell) for cell in table.settings.cells],
        "report": lambda: report.write_reports(table),
        "markdown": lambda: report.markdown(table),
        "cell": lambda: summarise(RunStore().get(f"{folder.name}/0-0")),
    }
    for name, call in calls.items():
        with only_documented(told, name):
            call()
    return len(calls)


def _pictures(run: Run) -> None:
    index = picture_index(run)
    if index is not None:
        inputs_sheet(run, index)
        for step in run.snapshot_steps():
            picture_sheet(run, index, step)


def _weights(run: Run) -> None:
    config = run.config
    dataset = load_dataset(config.dataset)
    split_one_class(dataset, config.normal_class, config.validation_size)
    if config.z_dim > 100:  # a damaged config may ask for a large network
        return
    state = TrainingState.start(config.replace(device="cpu", precision="float32"), dataset.spec)
    for path in sorted((run.folder / "weights").iterdir()):
        for load in (load_checkpoint, load_weights):
            with only_documented(str(path), load.__name__):
                load(state, path)
        with only_documented(str(path), "step"):
            step_of_weights(path)


def _loading(run: Run) -> None:
    loading.history(run)
    loading.validation(run)
    steps = loading.snapshots(run).steps
    if steps:
        loading.black_hole_points(run, (steps[0], steps[-1]))


def _gallery(run: Run) -> None:
    scores = loading.scores(run)
    if scores is None:
        return
    loading.check_samples(run, scores)
    split, outputs = loading.split_of(run.config), loading.reconstructions(run)
    for choice in ["last", *run.metrics()]:
        judged = loading.judged(run, scores, choice)
        tested, reference = judged.tested, judged.reference
        evaluate(tested["label"].to_numpy(), tested["score"].to_numpy())
        horizon = event_horizon(reference["score"].to_numpy())
        for chosen in gallery.FILTERS:
            gallery.show_images(
                gallery.choose(tested, chosen, horizon, 3), split, outputs, run.config.beta
            )


def linked(folder: Path, copy: Path) -> Path:
    """A copy of a folder that shares its files, as long as they are replaced and not written to."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, copy_function=os.link)
    return copy


def with_umap(run: Run) -> Run:
    """The run with a projection of each snapshot that counts as its own."""
    from toll.latent.stored import _fingerprint

    for step in run.snapshot_steps():
        path = umap_path(run, UMAP, step)
        path.parent.mkdir(exist_ok=True, parents=True)
        points = run.snapshot(step).latents[:, :2]
        np.savez(path, points=points.astype(np.float32), of=_fingerprint(run, step))
    return run
