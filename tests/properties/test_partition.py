"""Threads, splits and the order of segments change no bit."""

import io
import json
import math
import pickle
import zipfile
from itertools import pairwise

import numpy as np
import pytest
import tricolore as tc
from hypothesis import given
from hypothesis import strategies as st
from texts import RETOLD, STORY, TYPES, texts

WORDS = (STORY + " " + RETOLD).split()
# Enough text to be distributed among threads.
PREDICTIONS = [" ".join(WORDS[i % 50 :: 1 + i % 3]) * (1 + i % 4) for i in range(600)]
REFERENCES = [" ".join(WORDS[i % 37 :: 1 + i % 2]) for i in range(600)]
MANY = [[reference] + REFERENCES[i : i + i % 4] for i, reference in enumerate(REFERENCES)]


@pytest.mark.parametrize("multi_reference", ["best", "average"])
@pytest.mark.parametrize("references", [REFERENCES, MANY], ids=["one", "several"])
def test_any_number_of_threads(multi_reference, references):
    rouge = tc.ROUGE((*TYPES, "rougeLsubstr"), multi_reference=multi_reference)
    one = rouge.score_each(PREDICTIONS, references, num_threads=1)
    for threads in (2, 3, 8, 700):
        other = rouge.score_each(PREDICTIONS, references, num_threads=threads)
        assert other.values.tobytes() == one.values.tobytes()
        assert other.statistics == one.statistics
    # Each segment has the score that it has alone.
    for i in (0, 1, 77, 599):
        assert one[i].to_dict() == rouge.score(PREDICTIONS[i], references[i]).to_dict()
        assert one[i].counts == rouge.score(PREDICTIONS[i], references[i]).counts


segments = st.lists(st.tuples(texts, st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=12)


@pytest.mark.filterwarnings("ignore:the .*tokenizer")
@pytest.mark.parametrize("multi_reference", ["best", "average"])
@given(segments=segments, cuts=st.lists(st.integers(0, 12), max_size=3), order=st.randoms(use_true_random=False))
def test_any_split_and_order(multi_reference, segments, cuts, order):
    rouge = tc.ROUGE(TYPES, multi_reference=multi_reference)
    whole = rouge.corpus(*zip(*segments, strict=True))
    order.shuffle(segments)
    edges = [0, *sorted(min(cut, len(segments)) for cut in cuts), len(segments)]
    parts = [segments[a:b] for a, b in pairwise(edges)]
    rows = [rouge.statistics([p for p, _ in part], [r for _, r in part]) for part in parts]
    assert rouge.from_statistics(sum(rows[1:], start=rows[0])).to_dict() == whole.to_dict()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_means_are_those_of_fsum(column):
    from tricolore.corpus.exact_sums import exact_means, exact_sums

    assert exact_means(exact_sums(np.array(column)[:, None], []), len(column)) == [math.fsum(column) / len(column)]


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=40))
def test_sums_of_any_size_are_those_of_fsum(column):
    from tricolore.corpus.exact_sums import exact_means, exact_sums

    assert exact_means(exact_sums(np.array(column)[:, None], []), len(column)) == [math.fsum(column) / len(column)]


@pytest.mark.parametrize("multi_reference", ["best", "average"])
def test_statistics_are_kept(multi_reference, tmp_path):
    rouge = tc.ROUGE(["rouge1", "rougeL"], multi_reference=multi_reference)
    statistics = rouge.statistics(PREDICTIONS[:9], MANY[:9])
    assert statistics.signature.startswith("nrefs:var|types:rouge1,rougeL|")
    assert len(statistics) == 9
    statistics.save(tmp_path / "rows")
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]
    for kept in (tc.Statistics.load(tmp_path / "rows"), pickle.loads(pickle.dumps(statistics))):
        assert kept == statistics
        assert rouge.from_statistics(kept).to_dict() == rouge.corpus(PREDICTIONS[:9], MANY[:9]).to_dict()
        with pytest.raises(ValueError, match="read-only"):
            kept.rows[0] = 1


def test_statistics_of_other_options_are_refused():
    a, b = tc.ROUGE(["rouge1"]), tc.ROUGE(["rouge1"], use_stemmer=True)
    rows = a.statistics(["x"], ["x"])
    for call in (lambda: rows + b.statistics(["x"], ["x"]), lambda: b.from_statistics(rows)):
        with pytest.raises(ValueError, match=r"stem:no.*stem:yes"):
            call()
    assert (rows + a.statistics(["x"], [["x", "y"]])).signature.startswith("nrefs:var|")
    assert (rows + a.statistics([], [])).signature.startswith("nrefs:1|")
    with pytest.raises(ValueError, match="no segment"):
        a.from_statistics(a.statistics([], []))


def test_what_is_no_file_of_statistics_is_refused(tmp_path):
    for content in (b"", b"text", b"PK\x03\x04"):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(ValueError, match="x is not a file of tricolore statistics"):
            tc.Statistics.load(tmp_path / "x")
    np.savez(tmp_path / "y.npz", rows=np.zeros((1, 3)))
    with pytest.raises(ValueError, match="not a file of tricolore statistics"):
        tc.Statistics.load(tmp_path / "y.npz")
    rouge = tc.ROUGE(["rouge1"], multi_reference="average")
    rouge.statistics(["a", "b"], [["a"], ["a", "b"]]).save(tmp_path / "w")
    with np.load(tmp_path / "w") as file:
        arrays = dict(file)
    for offsets in ([0, 100, 2], [], [2, 1, 0], [0, 1, 2], [0, 0, 3], [[0, 1, 3]], np.array([0, 1, 3], np.int32)):
        np.savez(tmp_path / "w.npz", **{**arrays, "offsets": np.asarray(offsets, getattr(offsets, "dtype", np.int64))})
        with pytest.raises(ValueError, match="offsets do not fit"):
            tc.Statistics.load(tmp_path / "w.npz")
    assert pickle.loads(pickle.dumps(rouge.score("a", "a"), protocol=0)) == rouge.score("a", "a")
    with pytest.raises(FileNotFoundError):
        tc.Statistics.load(tmp_path / "z")


def npy(shape, data, descr="<i4"):
    """Returns an .npy file with the given header and data, which need not fit."""
    head = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + data


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ({}, npy("(1099511627776, 2)", b"\0" * 16)),
        ({}, npy("(4611686018427387904, 2)", b"\0" * 16)),
        ({}, npy(f"({10**30}, 2)", b"\0" * 16)),
        ({}, npy("(3, 2)", b"\0" * 16)),
        ({}, npy("(-1, 2)", b"\0" * 16)),
        ({}, npy("(2.0, 2)", b"\0" * 16)),
        ({}, npy("(4,)", b"\0" * 16)),
        ({}, npy("(2, 2)", b"\0" * 16, "|O")),
        ({}, npy("(2, 2)", b"\xff" * 16)),
        ({"nrefs": [2, 1]}, None),
        ({"nrefs": [0, 1]}, None),
        ({"nrefs": [1.5, 2]}, None),
        ({"nrefs": "12"}, None),
        ({"nrefs": None}, None),
        ({"columns": [1, 2]}, None),
        ({"columns": 2}, None),
        ({"metric": "Nothing"}, None),
        ({"metric": ["ExactMatch"]}, None),
        ({"format": 1}, None),
        ({"format": 3}, None),
        ({"nrefs": [1, 1, -1]}, None),
    ],
)
def test_a_file_of_statistics_that_somebody_made_up(tmp_path, changes, rows):
    """A forged header makes no huge array, and a field of the wrong type is refused."""
    metric = tc.ExactMatch()
    metric.statistics(["a", "b"], ["a", "c"]).save(tmp_path / "good")
    assert tc.Statistics.load(tmp_path / "good") == metric.statistics(["a", "b"], ["a", "c"])
    with zipfile.ZipFile(tmp_path / "good") as good:
        about = json.loads(str(np.load(io.BytesIO(good.read("about.npy")))))
        text = io.BytesIO()
        np.save(text, np.array(json.dumps({**about, **changes})))
        with zipfile.ZipFile(tmp_path / "bad", "w") as bad:
            bad.writestr("rows.npy", rows or good.read("rows.npy"))
            bad.writestr("about.npy", text.getvalue())
    with pytest.raises(ValueError, match="bad is not a file of tricolore statistics"):
        tc.Statistics.load(tmp_path / "bad")


def test_nothing_is_left_of_a_failed_save(tmp_path, monkeypatch):
    statistics = tc.ROUGE().statistics(["a"], ["a"])
    statistics.save(tmp_path / "rows")
    before = (tmp_path / "rows").read_bytes()

    def half(file, **arrays):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(OSError, match="no space"):
        statistics.save(tmp_path / "rows")
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]
    assert (tmp_path / "rows").read_bytes() == before


class Unpickled:
    """An object whose unpickling leaves a mark."""

    happened = False

    def __reduce__(self):
        return mark, ()


def mark():
    Unpickled.happened = True
    return 1


@pytest.mark.parametrize("field", ["rows", "offsets", "about"])
def test_nothing_in_a_file_of_statistics_is_unpickled(tmp_path, field):
    metric = tc.ROUGE(["rouge1"], multi_reference="average")
    metric.statistics(["a", "b"], [["a"], ["a", "b"]]).save(tmp_path / "good")
    with np.load(tmp_path / "good") as file:
        arrays = dict(file)
    objects = np.empty(1, object)
    objects[0] = Unpickled()
    np.savez(tmp_path / "bad.npz", **{**arrays, field: objects})
    with pytest.raises(ValueError, match=r"bad\.npz is not a file of tricolore statistics"):
        tc.Statistics.load(tmp_path / "bad.npz")
    assert not Unpickled.happened
    # The file does hold a pickle.
    with np.load(tmp_path / "bad.npz", allow_pickle=True) as file:
        file[field]
    assert Unpickled.happened
    Unpickled.happened = False
