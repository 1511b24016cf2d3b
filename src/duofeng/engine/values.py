"""Columns in memory: plain arrays with a mask of what is unknown, texts as codes into a dictionary.

Nothing here is per row. A batch (a frame, or one row group of a Parquet file) becomes arrays once; blocks are views.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from duofeng.engine.checking import NAMES
from duofeng.engine.problems import COLUMN_MISSING, COLUMN_TYPE
from duofeng.engine.words import family, member_of, set_of
from duofeng.kernel.problem import ProblemError

Bools = NDArray[np.bool_]
Data = NDArray[Any]
Arrow = Any  # pyarrow's stubs know one class per element type, which no table read from a file has
Table = pl.DataFrame | pa.Table | pa.RecordBatch
SMALL_DICTIONARY = 254
ABSENT_CODE = 255


@dataclass(frozen=True, slots=True)
class Vector:
    """Numbers float64, money int64 minor units, dates int32 days since 1970, flags bool. One value or one per row.

    `unknown` is None when everything is known; where it is true the data mean nothing.
    """

    data: Data
    unknown: Bools | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Codes into `words`; the code `absent` means unknown (255 for uint8 codes, len(words) for wider ones)."""

    codes: Data
    words: Arrow
    absent: int
    unknown: Bools | None = None


@dataclass(frozen=True, slots=True)
class Sets:
    """Several values a row: those of row i are `members` from `offsets[i]` to `offsets[i + 1]`."""

    offsets: Data
    members: Vector | Texts
    unknown: Bools | None = None


Value = Vector | Texts | Sets


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a condition holds and where it cannot be told; `yes` is false wherever `unknown` is true."""

    yes: Bools
    unknown: Bools | None = None

    @property
    def no(self) -> Bools:
        return ~self.yes if self.unknown is None else ~(self.yes | self.unknown)


Batch = Mapping[str, Value]


def either(first: Bools | None, second: Bools | None) -> Bools | None:
    """Unknown when one of two operands is."""
    if first is None or second is None:
        return second if first is None else first
    return first | second


def load(table: Table, types: Mapping[str, str]) -> dict[str, Value]:
    """The columns named in `types` as arrays. Raises ProblemError: one is missing (E521), of another type (E522)."""
    names = set(table.columns if isinstance(table, pl.DataFrame) else table.schema.names)
    missing = [name for name in types if name not in names]
    if missing:
        raise ProblemError(COLUMN_MISSING.at(columns=", ".join(missing)))
    if isinstance(table, pl.DataFrame):  # column by column: of one row, the query for a frame takes most of the time
        return {name: _column(name, table.get_column(name).to_arrow(), kind) for name, kind in types.items()}
    return {name: _column(name, _one_chunk(table.column(name)), kind) for name, kind in types.items()}


def view(value: Value, start: int, stop: int) -> Value:
    """Rows `start` to `stop` of a whole column, without copying."""
    unknown = None if value.unknown is None else value.unknown[start:stop]
    if isinstance(value, Sets):
        return Sets(value.offsets[start : stop + 1], value.members, unknown)
    if isinstance(value, Texts):
        return Texts(value.codes[start:stop], value.words, value.absent, unknown)
    return Vector(value.data[start:stop], unknown)


def _one_chunk(column: Arrow) -> Arrow:
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(_same_dictionary(column).chunks)
    return column


def _same_dictionary(column: Arrow) -> Arrow:
    return column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column


def _sets(name: str, array: Arrow, kind: str) -> Sets:
    if isinstance(array, pa.NullArray):
        array = array.cast(pa.large_list(pa.large_string()))
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        raise _wrong_type(name, set_of(kind), array)
    width = np.int64 if pa.types.is_large_list(array.type) else np.int32
    offsets = np.frombuffer(array.buffers()[1], width, len(array) + 1, array.offset * np.dtype(width).itemsize)
    members = _column(name, array.values, kind)
    assert not isinstance(members, Sets)
    return Sets(offsets, members, _nulls(array))


def _column(name: str, array: Arrow, kind: str) -> Value:
    wanted, member = family(kind), member_of(kind)
    if member is not None:
        return _sets(name, array, member)
    if isinstance(array, pa.NullArray):
        array = array.cast(ARROW_TYPES[wanted])
    if ARROW_TYPES[wanted] == pa.large_string():
        return _texts(name, array)
    if not FITS[wanted](array.type):
        raise _wrong_type(name, kind, array)
    if wanted == "number":
        return _numbers(array)
    if wanted == "flag":
        return Vector(_bits(array.buffers()[1], array.offset, len(array)), _nulls(array))
    return Vector(_values(array, np.int32 if wanted == "date" else np.int64), _nulls(array))


FITS: Mapping[str, Callable[[pa.DataType], bool]] = {
    "number": lambda kind: pa.types.is_integer(kind) or pa.types.is_floating(kind),
    "money": pa.types.is_int64,
    "date": pa.types.is_date32,
    "instant": lambda kind: pa.types.is_timestamp(kind) and kind.unit == "us",
    "flag": pa.types.is_boolean,
}
"""The types in which the values of a family may come."""


def _numbers(array: Arrow) -> Vector:
    """Float64; a NaN that came in as a value is unknown like a null."""
    if not pa.types.is_float64(array.type):
        array = pc.cast(array, pa.float64(), safe=False)
    data, nulls = _values(array, np.float64), _nulls(array)
    odd = ~np.isfinite(data)
    return Vector(data, either(nulls, odd) if odd.any() else nulls)


def _texts(name: str, array: Arrow) -> Texts:
    if pa.types.is_dictionary(array.type):
        words, codes = array.dictionary, array.indices
    elif pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or array.type == pa.string_view():
        encoded = pc.dictionary_encode(array if array.type == pa.string() else array.cast(pa.large_string()))
        words, codes = encoded.dictionary, encoded.indices
    else:
        raise _wrong_type(name, "text", array)
    words = words if pa.types.is_large_string(words.type) else words.cast(pa.large_string())
    nulls = _nulls(codes)
    small = len(words) <= SMALL_DICTIONARY
    absent = ABSENT_CODE if small else len(words)
    raw = _values(codes, codes.type.to_pandas_dtype())
    numbers = raw.astype(np.uint8 if small else np.int32)
    if nulls is not None:
        numbers[nulls] = absent
    return Texts(numbers, words, absent, nulls)


def _values(array: Arrow, kind: type[np.generic]) -> Data:
    """The array's own memory, read-only; what lies under a null is arbitrary."""
    width = np.dtype(kind).itemsize
    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), kind)
    return np.frombuffer(buffer, kind, len(array), array.offset * width)


def _nulls(array: Arrow) -> Bools | None:
    if array.null_count == 0:
        return None
    return ~_bits(array.buffers()[0], array.offset, len(array))


# pyarrow's `pa.array` and `to_numpy` import pandas on their first call, which takes seconds: neither is used here.


def words_of(texts: Sequence[str]) -> Arrow:
    """A dictionary of texts."""
    return pl.Series(texts, dtype=pl.String).to_arrow().cast(pa.large_string())


def buffer_of(values: Any) -> Arrow:
    """The memory of a contiguous numpy array as Arrow's, not copied."""
    return pa.py_buffer(values)


def bits_of(array: Arrow) -> Bools:
    """A boolean array without nulls."""
    return _bits(array.buffers()[1], array.offset, len(array))


def _bits(buffer: Arrow, offset: int, length: int) -> Bools:
    if buffer is None:
        return np.zeros(length, np.bool_)
    packed = np.frombuffer(buffer, np.uint8)[offset // 8 : (offset + length + 7) // 8]
    return np.unpackbits(packed, bitorder="little")[offset % 8 : offset % 8 + length].view(np.bool_)


def _wrong_type(name: str, kind: str, array: Arrow) -> ProblemError:
    return ProblemError(COLUMN_TYPE.at(column=name, expected=NAMES[kind], found=array.type))


ARROW_TYPES = {
    "number": pa.float64(), "money": pa.int64(), "date": pa.date32(), "flag": pa.bool_(), "text": pa.large_string(),
    "instant": pa.timestamp("us", "UTC"), "point": pa.large_string(), "geometry": pa.large_string(),
}  # fmt: skip
