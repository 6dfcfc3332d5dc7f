"""A program that imports pyrouge runs without Perl."""

import subprocess
import sys
import warnings

import pytest
import tricolore.dropin
from tricolore.compat.rouge155 import Rouge155 as Ours

with warnings.catch_warnings():
    # The source of pyrouge has invalid escapes.
    warnings.simplefilter("ignore")
    pytest.importorskip("pyrouge", reason="pyrouge is not installed")
    from pyrouge import Rouge155


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    # pyrouge keeps its settings there.
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("systems", "models"):
        (tmp_path / name).mkdir()
    for number in range(11):
        (tmp_path / "systems" / f"s.{number}.txt").write_text(f"the cat sat {number}\nit went home")
        (tmp_path / "models" / f"m.A.{number}.txt").write_text(f"A cat sits {number}.\nIt goes home.")
        (tmp_path / "models" / f"m.B.{number}.txt").write_text("cats sat at home < hidden")
    return tmp_path


def filled(rouge, folder):
    rouge.system_dir, rouge.model_dir = str(folder / "systems"), str(folder / "models")
    rouge.system_filename_pattern, rouge.model_filename_pattern = r"s.(\d+).txt", "m.[A-Z].#ID#.txt"
    return rouge


@pytest.mark.parametrize("arguments", [None, "-n 2 -x -c 95 -r 50 -a", "-n 1 -w 1.2 -l 4 -f B -a"])
def test_without_perl(folders, arguments):
    with tricolore.dropin.installed(["pyrouge"]):
        theirs = filled(Rouge155(rouge_args=arguments), folders)
        output = theirs.convert_and_evaluate()
        results = theirs.output_to_dict(output)
        status = tricolore.dropin.status()
    ours = filled(Ours(rouge_args=arguments), folders)
    assert output == ours.convert_and_evaluate()
    assert results == ours.output_to_dict(output)
    assert status.served["pyrouge.Rouge155.Rouge155.evaluate"] == 1
    assert not status.fallbacks


def test_the_original_is_restored_and_needs_the_script():
    with tricolore.dropin.installed(["pyrouge"]):
        assert Rouge155("/no/such/folder").bin_path == "/no/such/folder/ROUGE-1.5.5.pl"
    with pytest.raises(Exception, match="Cannot set data directory"):
        Rouge155("/no/such/folder")


def test_where_the_script_dies(folders):
    (folders / "models" / "m.A.3.txt").write_text("...")
    with tricolore.dropin.installed(["pyrouge"]):
        rouge = filled(Rouge155(), folders)
        with pytest.raises(subprocess.CalledProcessError) as caught:
            rouge.convert_and_evaluate()
    assert caught.value.returncode == 255
    assert b"ROUGE-L Average_F" in caught.value.output


def test_a_value_that_looks_like_a_flag(folders):
    with tricolore.dropin.installed(["pyrouge"]):
        assert "ROUGE-S* " in filled(Rouge155(rouge_args="-2 -3 -a"), folders).convert_and_evaluate()
        assert not tricolore.dropin.status().fallbacks


@pytest.mark.parametrize("arguments", ["-3 HM -a", "-n 1 -avx"])
def test_flags_that_only_the_script_has(folders, arguments):
    with tricolore.dropin.installed(["pyrouge"]):
        rouge = filled(Rouge155(rouge_args=arguments), folders)
        # The original runs the script, which is not there.
        with pytest.raises((FileNotFoundError, PermissionError)):
            rouge.convert_and_evaluate()
        assert tricolore.dropin.status().fallbacks == {"pyrouge.Rouge155.Rouge155.evaluate": {"option": 1}}


def test_a_replaced_function_is_the_programs_own(folders, monkeypatch):
    with tricolore.dropin.installed(["pyrouge"]):
        rouge = filled(Rouge155(), folders)
        monkeypatch.setattr(sys.modules["pyrouge.Rouge155"], "check_output", lambda command: b"its own")
        assert rouge.convert_and_evaluate() == "its own"
