"""Arrow data that contradicts itself is an error that names the argument, and never the end of the process."""
# ruff: noqa: E501  (programs in strings, a fault a line)

# ruff: noqa: E501 (a structure is easier to read in one line)
import subprocess
import sys

import pytest

# The structures of the C data interface, by hand: no library makes such arrays.
STRUCTURES = """
import ctypes, numpy as np, tricolore as tc
P = ctypes.POINTER
class Schema(ctypes.Structure): pass
class Array(ctypes.Structure): pass
RELEASE_SCHEMA, RELEASE_ARRAY = ctypes.CFUNCTYPE(None, P(Schema)), ctypes.CFUNCTYPE(None, P(Array))
Schema._fields_ = [("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64), ("children", P(P(Schema))),
    ("dictionary", P(Schema)), ("release", RELEASE_SCHEMA), ("private_data", ctypes.c_void_p)]
Array._fields_ = [("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", P(ctypes.c_void_p)),
    ("children", P(P(Array))), ("dictionary", P(Array)), ("release", RELEASE_ARRAY), ("private_data", ctypes.c_void_p)]
KEEP = []
def kept(value):
    KEEP.append(value)
    return value
@RELEASE_SCHEMA
def release_schema(schema): schema[0].release = RELEASE_SCHEMA()
@RELEASE_ARRAY
def release_array(array): array[0].release = RELEASE_ARRAY()
def pointers(kind, items): return kept((P(kind) * max(len(items), 1))(*map(ctypes.pointer, items)))
def schema(format, /, *children, dictionary=None, **fields):
    made = kept(Schema(format=format, name=b"", n_children=len(children), children=pointers(Schema, children)))
    made.release = release_schema
    if dictionary is not None: made.dictionary = ctypes.pointer(dictionary)
    for name, value in fields.items(): setattr(made, name, value)
    return made
def address(buffer):
    if buffer is None: return None
    return ctypes.cast(kept(ctypes.create_string_buffer(bytes(buffer), len(bytes(buffer)) + 64)), ctypes.c_void_p).value
def array(length, buffers, /, *children, dictionary=None, **fields):
    addresses = kept((ctypes.c_void_p * max(len(buffers), 1))(*map(address, buffers)))
    made = kept(Array(length=length, n_buffers=len(buffers), n_children=len(children), buffers=addresses,
        children=pointers(Array, children)))
    made.release = release_array
    if dictionary is not None: made.dictionary = ctypes.pointer(dictionary)
    for name, value in fields.items(): setattr(made, name, value)
    return made
new = ctypes.pythonapi.PyCapsule_New
new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
class Column:
    def __init__(self, schema, array): self.parts = schema, array
    def __arrow_c_array__(self, requested_schema=None):
        schema, array = map(ctypes.addressof, self.parts)
        return new(schema, b"arrow_schema", None), new(array, b"arrow_array", None)
i32 = lambda *numbers: np.array(numbers, np.int32)
i64 = lambda *numbers: np.array(numbers, np.int64)
text, texts = schema(b"u"), lambda: array(2, [None, i32(0, 1, 2), b"ab"])
views = lambda *numbers: np.array(numbers, np.int32)
long = views(20, 0, 0, 0)
def refused(*columns):
    for schema, array in columns:
        try: tc.BLEU().score_each(Column(schema, array), ["a", "b"])
        except (ValueError, TypeError) as error: assert str(error).startswith("predictions"), error
        else: raise AssertionError(f"{schema.format} was read")
# The structures themselves are right.
assert tc.BLEU().statistics(Column(text, texts()), ["a", "b"]) == tc.BLEU().statistics(["a", "b"], ["a", "b"])
nested = Column(schema(b"+l", schema(b"u")), array(2, [None, i32(0, 1, 2)], texts()))
assert tc.BLEU().statistics(["a", "b"], nested) == tc.BLEU().statistics(["a", "b"], [["a"], ["b"]])
inline = Column(schema(b"vu"), array(2, [None, [*bytes(i32(1)), *b"a", *bytes(11), *bytes(i32(1)), *b"b", *bytes(11)], None]))
assert tc.BLEU().statistics(inline, ["a", "b"]) == tc.BLEU().statistics(["a", "b"], ["a", "b"])
"""

FAULTS = {
    "offsets": """refused(*((schema(b"u"), array(2, [None, i32(*offsets), b"ab"]))
        for offsets in [(0, 2, 1), (-1, 0, 1), (1, 0, -1), (0, -5, 2), (5, 1, 2)]))
refused(*((schema(b"U"), array(2, [None, i64(*offsets), b"ab"])) for offsets in [(0, 2, 1), (-2**62, 0, 1), (0, 2**62, 1)]))""",
    "lists": """refused(*((schema(b"+l", schema(b"u")), array(2, [None, i32(*offsets)], texts()))
        for offsets in [(0, 1, 3), (0, 2, 1), (-1, 0, 1), (0, 2**30, 2**31 - 1)]))
refused((schema(b"+w:3", schema(b"u")), array(2, [None], texts())), (schema(b"+w:-1", schema(b"u")), array(2, [None], texts())))""",
    "references": """
column = Column(schema(b"+l", schema(b"u")), array(2, [None, i32(0, 1, 3)], texts()))
try: tc.BLEU().prepare(column)
except ValueError as error: assert "references is malformed Arrow data: the offset 3 is beyond the 2 values" in str(error)
else: raise AssertionError""",
    "lengths": """refused(*((schema(b"u"), array(2, [None, i32(0, 1, 2), b"ab"], **fields)) for fields in
        [{"length": -1}, {"length": 2**62}, {"offset": -1}, {"offset": 2**63 - 1}, {"null_count": 3}, {"null_count": -2}]))""",
    "buffers": """refused(*((schema(format), array(2, buffers)) for format, buffers in [
        (b"u", []), (b"u", [None]), (b"u", [None, i32(0, 1, 2)]), (b"u", [None, None, b"ab"]), (b"u", [None, i32(0, 1, 2), None]),
        (b"u", [None, i32(0, 1, 2), b"ab", b"c"]), (b"vu", []), (b"vu", [None]), (b"vu", [None, long]), (b"vu", [None, None, None])]))
refused((schema(b"u"), array(2, [None], n_buffers=-1)), (schema(b"u"), array(2, [None], n_buffers=3, buffers=P(ctypes.c_void_p)())))""",
    "views": """refused(*((schema(b"vu"), array(2, [None, [*bytes(view), *bytes(view)], *data])) for view, data in [
        (long, [None]), (views(20, 0, 1, 0), [bytes(20), i64(20)]), (views(20, 0, 0, 1), [bytes(20), i64(20)]),
        (views(20, 0, 0, -1), [bytes(20), i64(20)]), (views(-1, 0, 0, 0), [bytes(20), i64(20)]), (views(20, 0, -1, 0), [bytes(20), i64(20)]),
        (long, [None, i64(20)]), (long, [bytes(20), i64(-1)]), (long, [bytes(20), None])]))""",
    "children": """refused(*((schema(b"+l", schema(b"u")), array(2, [None, i32(0, 1, 2)], *children, **fields)) for children, fields in
        [((), {}), ((texts(), texts()), {}), ((texts(),), {"n_children": -1}), ((texts(),), {"children": P(P(Array))()})]))
refused((schema(b"+l"), array(2, [None, i32(0, 1, 2)])), (schema(b"+s", schema(b"u")), array(3, [None], texts())),
        (schema(b"+l", schema(b"u"), children=P(P(Schema))()), array(2, [None, i32(0, 1, 2)], texts())))""",
    "dictionaries": """keys = lambda *numbers, **more: array(2, [None, i32(*numbers)], **more)
refused((schema(b"i", dictionary=schema(b"u")), keys(0, 1)), (schema(b"i", dictionary=schema(b"u")), keys(0, 2, dictionary=texts())),
        (schema(b"i", dictionary=schema(b"u")), keys(0, -1, dictionary=texts())), (schema(b"u", dictionary=schema(b"u")), texts()),
        (schema(b"i"), keys(0, 1, dictionary=texts())),
        (schema(b"i", dictionary=schema(b"u")), keys(0, 1, dictionary=array(2, [None, i32(0, 2, 1), b"ab"]))))""",
    "formats": """refused(*((schema(format), texts()) for format in [b"", b"?", b"+", b"+w:", b"\\xff"]), (schema(None), texts()))""",
    "depth": """
deep, inside = schema(b"u"), texts()
for _ in range(5000): deep, inside = schema(b"+l", deep), array(1, [None, i32(0, 1)], inside)
try: tc.BLEU().score_each(["a"], Column(deep, inside))
except ValueError as error: assert "references is malformed Arrow data: more than 64 types are inside each other" in str(error)
else: raise AssertionError""",
}


@pytest.mark.parametrize("program", FAULTS.values(), ids=FAULTS)
def test_structures(program):
    run = subprocess.run([sys.executable, "-c", STRUCTURES + program], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, ""), run.stderr


BEYOND = """
import numpy as np, pyarrow as pa, tricolore as tc
offsets = np.array([0, 1, 2], np.int32)
texts = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(offsets), pa.py_buffer(b"ab")])
lists = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), texts)
# pyarrow looks at them when an array is made.
offsets[2] = 10**9
for column in (texts, pa.chunked_array([pa.array(["a"]), texts]), lists):
    for call in (lambda: tc.BLEU().score_each(["a"] * 2, column), lambda: tc.BLEU().prepare(column)):
        try: call()
        except ValueError as error: assert "references is malformed Arrow data" in str(error), error
        else: raise AssertionError
deep = pa.array(["a"])
# pyarrow takes seconds for the 5,000 that `depth` above makes by hand.
for _ in range(1000): deep = pa.ListArray.from_arrays(pa.array([0, 1], pa.int32()), deep)
try: tc.BLEU().score_each(["a"], deep)
except ValueError as error: assert "references is malformed Arrow data" in str(error), error
else: raise AssertionError
"""


def test_offsets_beyond_the_buffers():
    """The protocol hands over no lengths of buffers, and pyarrow knows them."""
    pytest.importorskip("pyarrow")
    run = subprocess.run([sys.executable, "-c", BEYOND], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, ""), run.stderr
