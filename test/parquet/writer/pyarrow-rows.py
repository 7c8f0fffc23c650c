"""Reads Parquet files with pyarrow for pyarrow.ts: a path a line comes in, the rows as a line of JSON go out."""

import json
import math
import sys

import pyarrow
import pyarrow.parquet

types = pyarrow.types


def form(scalar):
    """A value that JSON holds exactly: moments are integers of their unit in text, bytes are in hexadecimal digits."""
    kind = scalar.type
    if not scalar.is_valid:
        return None
    if isinstance(scalar, pyarrow.ExtensionScalar):
        return str(scalar.as_py())
    if types.is_map(kind):
        return {key.as_py(): form(value) for key, value in entries(scalar)}
    if types.is_list(kind):
        return [form(element) for element in scalar.values]
    if types.is_struct(kind):
        return {name: form(scalar[name]) for name in scalar}
    if types.is_timestamp(kind) or types.is_time(kind):
        return str(scalar.value)
    if types.is_floating(kind):
        return number(scalar.as_py())
    if types.is_binary(kind) or types.is_fixed_size_binary(kind):
        return scalar.as_py().hex()
    if types.is_decimal(kind):
        return format(scalar.as_py(), "f")
    if types.is_int64(kind) or types.is_uint64(kind) or types.is_date(kind):
        return str(scalar.as_py())
    return scalar.as_py()


def entries(scalar):
    return ((entry["key"], entry["value"]) for entry in scalar.values)


def number(value):
    if math.isfinite(value) and str(value) != "-0.0":
        return value
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0"}[str(value)]


for line in sys.stdin:
    try:
        table = pyarrow.parquet.read_table(line.rstrip("\n"), page_checksum_verification=True)
        columns = [[form(scalar) for scalar in column] for column in table.columns]
        answer = {"rows": [list(row) for row in zip(*columns)]}
    except Exception as error:  # whatever it is, the test that asked should say it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
