"""The command line, `toll` or `python -m toll`: the list of commands, and how bad input ends.

Each command is a function in a module of this folder that adds its flags to a parser. Flags alone,
without the name of a command, are the paper's own command (paper.py).

Bad input ends with one sentence on standard error and exit code 2. Work that has begun and is not
done in the end, such as a training that was stopped, or for which a disk is full, has exit code 1.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from toll import __version__
from toll.cli import (
    baselines,
    bin,
    dashboard,
    datasets,
    film,
    label,
    ladder,
    own,
    paper,
    runs,
    threshold,
    train,
)
from toll.errors import Unfinished, in_words


class Command(NamedTuple):
    """A row of the help. `add_flags` also says which function carries the command out."""

    name: str
    what: str
    example: str
    add_flags: Callable[[argparse.ArgumentParser], None]


COMMANDS = (
    Command(
        "dashboard",
        "open the dashboard in a browser",
        "toll dashboard --port 8502",
        dashboard.add_flags,
    ),
    Command(
        "train",
        "train a run and print its test metrics",
        "toll train --dataset digits --normal-class 8 --beta 100",
        train.add_flags,
    ),
    Command(
        "ladder",
        "train at several betas, and say what the pull is worth",
        "toll ladder --dataset glyphs --betas 0,1,10,100 --seeds 3",
        ladder.add_flags,
    ),
    Command(
        "resume",
        "go on with a paused, stopped or interrupted run or ladder",
        "toll resume RUN",
        train.add_resume_flags,
    ),
    Command(
        "threshold",
        "compare rules for a run's threshold, or keep that of one",
        "toll threshold RUN --rule conformal --alpha 0.05",
        threshold.add_flags,
    ),
    Command(
        "baselines",
        "compare a run with the detectors that people would otherwise use",
        "toll baselines RUN --only knn,isolation_forest",
        baselines.add_flags,
    ),
    Command("runs", "list what has been trained", "toll runs --json", runs.add_flags),
    Command(
        "label",
        "name, note, tag or archive a run or ladder",
        "toll label RUN --name baseline --tag thesis",
        label.add_flags,
    ),
    Command(
        "delete",
        "move runs or ladders into the bin",
        "toll delete RUN",
        bin.add_delete_flags,
    ),
    Command(
        "restore",
        "put runs or ladders back from the bin",
        "toll restore RUN",
        bin.add_restore_flags,
    ),
    Command("bin", "list what has been deleted, or empty the bin", "toll bin", bin.add_bin_flags),
    Command(
        "export",
        "write a run's film as one HTML file",
        "toll export RUN film.html",
        film.add_flags,
    ),
    Command(
        "data",
        "list datasets: what is there and what is missing",
        "toll data",
        datasets.add_flags,
    ),
    Command("datasets", "the same as data", "toll datasets", datasets.add_flags),
    Command("download", "download a dataset", "toll download mnist", datasets.add_download_flags),
    Command(
        "import",
        "make a dataset of your own file or pictures",
        "toll import parts.csv --name parts --label-column state --normal-value good",
        own.add_import_flags,
    ),
    Command("forget", "remove an imported dataset", "toll forget parts", own.add_forget_flags),
)

PAPERS = """\
The paper's own command has flags only and fills the paper's table of a dataset:
  toll --dataset mnist --num_seeds 10
  toll --dataset mnist --help      lists these flags

`python -m toll` does the same as `toll`. `toll COMMAND --help` lists a command's flags.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 for a run that did not finish, or 2 for bad input."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    parser = _paper_parser() if _is_the_papers(words) else _parser()
    options, left = parser.parse_known_args(words)
    if left and not hasattr(options, "for_streamlit"):
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    if left:
        options.for_streamlit = left
    if not hasattr(options, "command"):
        parser.print_help()
        return 0
    try:
        code = options.command(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError) as error:
        print(f"toll: {in_words(error)}", file=sys.stderr)
        return 1 if isinstance(error, Unfinished) else 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _is_the_papers(words: list[str]) -> bool:
    """The published command has flags only; ours begins with a word."""
    ours = ("-h", "--help", "--version")
    return bool(words) and words[0].startswith("-") and words[0] not in ours


def _paper_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="toll", description=paper.DESCRIPTION)
    paper.add_flags(parser)
    return parser


def _parser() -> argparse.ArgumentParser:
    rows = [f"  {each.name:12}{each.what}\n{'':14}{each.example}" for each in COMMANDS]
    parser = _Parser(
        prog="toll",
        usage="toll COMMAND [flags]",
        description="Anomaly detection by targeted collapse.",
        epilog="\n".join(["commands, each with an example:", *rows, "", PAPERS]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"toll {__version__}")
    commands = parser.add_subparsers(
        prog="toll", metavar="COMMAND", help=argparse.SUPPRESS, parser_class=_Parser
    )
    for each in COMMANDS:
        added = commands.add_parser(
            each.name,
            description=f"{each.what[0].upper()}{each.what[1:]}.",
            epilog=f"Example: {each.example}",
        )
        each.add_flags(added)
    return parser
