"""What is done with the columns of a person's own file, and what is known of them before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Of the rows that are held out, how many validate; the others test.
VALIDATION_SHARE = 1 / 3
TEST_RATIO = 0.3
MISSING = ("refuse", "rows", "median")


class Kind(StrEnum):
    """What stands in a column."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    MIXED = "numbers and text"


@dataclass(frozen=True)
class Column:
    """A column of a file as it was found.

    missing: how many of its values are. lowest, highest: of its numbers, None where it has none.
    texts: its distinct values, in order; of more than `MOST_VALUES` the most frequent.
    distinct: how many there are.
    """

    name: str
    kind: Kind
    missing: int
    lowest: float | None
    highest: float | None
    distinct: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Inspection:
    """What a file holds. notes: sentences on how it was read."""

    rows: int
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    is_images: bool = False


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """What to do with each column of a file; those that are not named are features of numbers.

    label_column: says what each row is; None where the rows are unlabelled, which then all count
        as normal. normal_values: its values that are normal, all others are anomalous.
    anomalous_values: where they are given, any further value is refused.
    drop: columns to leave out. categorical: those of which each value becomes a feature, 0 or 1.
    split_column: says `train`, `validation` or `test` of each row. test_ratio: else the share of
        rows that are held out. train_on_all: all normal rows train, and all rows are scored.
    missing: what is done where a feature is missing: refuse the file, leave out such rows, or take
        the median of the normal training rows.

    Raises:
        ValueError: the choices do not go together; the sentence names them.

    Examples:
        >>> from toll.data import ImportPlan
        >>> ImportPlan(label_column="state", normal_values=("good",), drop=("number",)).held_out
        0.3
        >>> ImportPlan(test_ratio=0.0)
        Traceback (most recent call last):
        ...
        ValueError: test_ratio is 0; it must lie between 0 and 1
    """

    label_column: str | None = None
    normal_values: tuple[str, ...] = ()
    anomalous_values: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    split_column: str | None = None
    test_ratio: float | None = None
    train_on_all: bool = False
    missing: str = "refuse"

    def __post_init__(self) -> None:
        if self.label_column and not self.normal_values:
            raise ValueError(
                f"the label column {self.label_column!r} needs a normal value: say which of its "
                f"values are normal"
            )
        if not self.label_column and (self.normal_values or self.anomalous_values):
            value = (*self.normal_values, *self.anomalous_values)[0]
            raise ValueError(f"{value!r} is named as a label, but no label column is")
        both = {*self.normal_values} & {*self.anomalous_values}
        if both:
            raise ValueError(f"{min(both)!r} cannot be both normal and anomalous")
        if self.missing not in MISSING:
            raise ValueError(f"missing is {self.missing!r}; valid: {', '.join(MISSING)}")
        ways = [self.split_column is not None, self.test_ratio is not None, self.train_on_all]
        if sum(ways) > 1:
            raise ValueError(
                "the split is given twice; choose one of a split column, a test ratio and "
                "training on all"
            )
        if self.test_ratio is not None and not 0 < self.test_ratio < 1:
            raise ValueError(f"test_ratio is {self.test_ratio:g}; it must lie between 0 and 1")
        self._check_roles()

    def _check_roles(self) -> None:
        roles = [("the label", each) for each in (self.label_column,) if each]
        roles += [("the split", each) for each in (self.split_column,) if each]
        roles += [("left out", each) for each in self.drop]
        roles += [("categorical", each) for each in self.categorical]
        taken: dict[str, str] = {}
        for role, name in roles:
            if taken.setdefault(name, role) != role:
                raise ValueError(f"column {name!r} cannot be both {taken[name]} and {role}")

    @property
    def held_out(self) -> float:
        """The share of rows that are held out of training where no column says which."""
        return TEST_RATIO if self.test_ratio is None else self.test_ratio

    @property
    def named(self) -> tuple[str, ...]:
        """All columns that the plan names."""
        several = (*self.drop, *self.categorical)
        return tuple(filter(None, (self.label_column, self.split_column, *several)))
