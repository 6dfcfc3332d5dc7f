"""The command line of ROUGE-1.5.5, pyrouge's class and files2rouge print what the Perl script prints."""

import io
import os
import re
import subprocess
from pathlib import Path

import pytest
import tricolore as tc
from tricolore.cli.main import main
from tricolore.compat.rouge155 import Rouge155, files2rouge, run_script

LINE, DOTS = "-" * 45, "." * 45


def run(*arguments):
    out, errors = io.StringIO(), io.StringIO()
    status = run_script(arguments, out, errors)
    return status, out.getvalue(), errors.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("peer").write_text("a b c\n")
    Path("model").write_text("a b\n")
    Path("list").write_text("# a comment\n\npeer model\n")
    Path("empty").write_text("...\n")
    return tmp_path


def test_a_list_of_files():
    """The lines are those of Perl."""
    expected = f"""{LINE}
X ROUGE-SU99 Average_R: 1.00000 (95%-conf.int. 1.00000 - 1.00000)
X ROUGE-SU99 Average_P: 0.40000 (95%-conf.int. 0.40000 - 0.40000)
X ROUGE-SU99 Average_F: 0.57143 (95%-conf.int. 0.57143 - 0.57143)
{DOTS}
X ROUGE-SU99 Eval 1.X R:1.00000 P:0.40000 F:0.57143
"""
    arguments = "-x -2 99 -u -d -r 5 -z SPL list X".split()
    assert run(*arguments) == (0, expected, "")
    # Without a name the system is X, and flags may be joined.
    assert run(*"-xud -2 99 -r5 -zSPL list".split()) == (0, expected, "")


def test_through_the_command(capsysbinary):
    assert main("rouge155 -n 0 -r 5 -z spl list X".split()) == 0
    assert capsysbinary.readouterr().out.decode() == (
        f"{LINE}\nX ROUGE-L Average_R: 1.00000 (95%-conf.int. 1.00000 - 1.00000)\n"
        "X ROUGE-L Average_P: 0.66667 (95%-conf.int. 0.66667 - 0.66667)\n"
        "X ROUGE-L Average_F: 0.80000 (95%-conf.int. 0.80000 - 0.80000)\n"
    )
    assert main(["rouge155", "--help"]) == 0
    assert capsysbinary.readouterr().out.startswith(b"usage: tricolore rouge155")


def test_beside_other_metrics(capsys):
    Path("predictions.txt").write_text("a b c\nrunning\n")
    Path("references.txt").write_text("a b\nruns\n")
    arguments = "score predictions.txt -r references.txt -m rouge155 --type rougeS1 --type rougeW1.2 --use-stemmer"
    assert main(arguments.split()) == 0
    metric = tc.ROUGE155(["rougeS1", "rougeW1.2"], use_stemmer=True)
    expected = metric.corpus(["a b c", "running"], ["a b", "runs"], confidence=None)
    printed = capsys.readouterr().out
    figures = [f"{figure:.4f}" for figure in expected["rougeS1"]]
    assert ["rougeS1", *figures] in [line.split() for line in printed.splitlines()]
    assert expected.signature in printed
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "ROUGE-1.5.5" in capsys.readouterr().out


def test_counts():
    status, out, _ = run(*"-n 1 -x -t 2 -z SPL list X".split())
    assert (status, out) == (0, f"{LINE}\nX ROUGE-1 M_count: 2 P_count: 3 H_count: 2\n")
    _, out, _ = run(*"-n 1 -x -w 2 -t 1 -d -r 5 -z SPL list X".split())
    assert "X ROUGE-1 Eval 1.X R:2 P:3 F:2\n" in out
    assert "X ROUGE-W-2 Eval 1.X R:16 P:9 F:4\n" in out


def test_numbers_as_perl_reads_them():
    _, expected, _ = run(*"-n 1 -w 0.5 -p 0.5 -c 95 -r 5 -z SPL list X".split())
    _, found, _ = run(*"-n +1 -w .5 -p .5 -c 95. -r 5 -z SPL list X".split())
    assert found.replace("95.%", "95%").replace("W-.5", "W-0.5") == expected
    status, out, _ = run(*"-x -w 1.2000000000001 -r 5 -z SPL list X".split())
    assert (status, "X ROUGE-W-1.2000000000001 Average_R" in out) == (0, True)


def test_the_data_folder(monkeypatch):
    Path("peer").write_text("went\n")
    Path("model").write_text("go\n")
    arguments = "-n 1 -x -m -t 2 -z SPL list X".split()
    full = f"{LINE}\nX ROUGE-1 M_count: 1 P_count: 1 H_count: 1\n"
    assert run(*arguments)[1] == full
    os.mkdir("data")
    # The size of a database without an entry.
    Path("data/WordNet-2.0.exc.db").write_bytes(bytes(12288))
    empty = full.replace("H_count: 1", "H_count: 0")
    assert run("-e", "data", *arguments)[1] == empty
    monkeypatch.setenv("ROUGE_EVAL_HOME", "data")
    assert run(*arguments)[1] == empty
    assert run("--exceptions", "wordnet", *arguments)[1] == full


@pytest.mark.parametrize(
    ("listed", "status"), [("peer\0 model\n", 2), ("a\u3000b model\n", 2), ("folder model\n", 21), (" \t\n", 0)]
)
def test_odd_lists(listed, status):
    os.mkdir("folder")
    Path("list").write_text(listed)
    assert run(*"-n 1 -z SPL list X".split())[0] == status


@pytest.mark.parametrize("encoding", ["foo", "shift_jis", "utf-8"])
def test_odd_evaluation_files(encoding, capsys):
    number = "9" * 5000
    Path("config").write_text(
        f'<?xml version="1.0" encoding="{encoding}"?><ROUGE_EVAL><EVAL ID="{number}"><PEER-ROOT>.</PEER-ROOT>'
        '<MODEL-ROOT>.</MODEL-ROOT><INPUT-FORMAT TYPE="SPL"/><PEERS><P ID="é">peer</P></PEERS>'
        '<MODELS><M ID="1">model</M></MODELS></EVAL></ROUGE_EVAL>',
        "utf-8",
    )
    status, out, _ = run(*"-n 1 -x -d -r 2 -a config".split())
    assert (status, f"Eval {number}.é R:1.00000" in out) == ((0, True) if encoding == "utf-8" else (255, False))
    assert run("-n", "1", "config", "\udcff")[0] == status


def test_an_empty_list():
    Path("none").write_text("# nothing\n")
    status, out, _ = run(*"-n 1 -x -z SPL none X".split())
    assert status == 0
    assert out.count("0.00000 (95%-conf.int. 0.00000 - 0.00000)") == 3


def test_it_dies_after_what_was_printed():
    Path("list").write_text("empty empty\n")
    status, out, errors = run(*"-n 1 -w 1.2 -2 4 -u -r 5 -z SPL list X".split())
    assert status == 255
    assert re.findall("X (ROUGE-\\S+) Average_R", out) == ["ROUGE-1", "ROUGE-L"]
    assert errors == "Illegal division by zero at ROUGE-1.5.5.pl line 2450.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ("-n 1 -z SPL nothing X", 2, "Cannot open nothing"),
        ("-n 1 -z SPL missing X", 2, "Cannot open nothing"),
        ("-n 1 -z SPL alone X", 25, "at least 2 filenames per line"),
        ("-n 1 -z SIMPLE list X", 25, "Unknown input format: SIMPLE"),
        ("-n 1 -l 5 -b 5 -z SPL list X", 255, "-l and -b"),
        ("-n 1 -c 101 -z SPL list X", 255, "-c is 101"),
        ("-n 1 -p 2 -z SPL list X", 255, "-p is 2"),
        ("-n 1 -r 0 -z SPL list X", 255, "-r is 0"),
        ("-n one -z SPL list X", 255, "-n is 'one'"),
        ("-w 0 -z SPL list X", 255, "-w is 0"),
        ("-3 HM -z SPL list X", 255, "-3 is refused"),
        ("-n 1 -M -z SPL list X", 255, "-M is refused"),
        ("-n 1 -v -z SPL list X", 255, "-v is refused"),
        ("-n 1 -s -z SPL list X", 2, "--stop-words"),
        ("-n 1 --exceptions some -z SPL list X", 255, "--exceptions is 'some'"),
        ("-n 1 -y -z SPL list X", 255, "-y"),
        ("-n 1", 255, "usage"),
        ("-n 1 list", 255, "not XML"),
    ],
)
def test_errors(arguments, status, message):
    Path("missing").write_text("nothing model\n")
    Path("alone").write_text("peer\n")
    found, out, errors = run(*arguments.split())
    assert (found, out) == (status, "")
    assert message in errors


def test_stop_words(monkeypatch):
    Path("smart_common_words.txt").write_text("a\nthe\n")
    status, out, _ = run(*"-n 1 -x -s -t 2 -z SPL list X".split())
    assert (status, out.split("\n")[1]) == (0, "X ROUGE-1 M_count: 1 P_count: 2 H_count: 1")
    Path("words").write_text("b c\n")
    _, other, _ = run(*"-n 1 -x -s --stop-words words -t 2 -z SPL list X".split())
    assert other.split("\n")[1] == "X ROUGE-1 M_count: 1 P_count: 1 H_count: 1"
    os.mkdir("data")
    os.rename("smart_common_words.txt", "data/smart_common_words.txt")
    monkeypatch.setenv("ROUGE_EVAL_HOME", "data")
    assert run(*"-n 1 -x -s -t 2 -z SPL list X".split())[1] == out


XML = """<ROUGE_EVAL version="1.55">
<EVAL ID="10"><PEER-ROOT>.</PEER-ROOT><MODEL-ROOT>
{folder}
</MODEL-ROOT><INPUT-FORMAT TYPE="SEE"></INPUT-FORMAT>
<PEERS><P ID="B">see</P><P ID="A">see</P></PEERS><MODELS><M ID="1">see model</M></MODELS></EVAL>
<EVAL ID="9"><PEER-ROOT>.</PEER-ROOT><MODEL-ROOT>.</MODEL-ROOT><INPUT-FORMAT TYPE="ISI"></INPUT-FORMAT>
<PEERS><P ID="A">isi</P></PEERS><MODELS><M ID="1">isi</M><M ID="2">isi</M></MODELS></EVAL>
</ROUGE_EVAL>"""


def test_an_evaluation_file(folder):
    Path("config").write_text(XML.format(folder=folder))
    see = '<a name="1">[1]</a> <a href="#1" id=1>{}</a>\nno sentence\n'
    Path("see").write_text(see.format("a b c"))
    Path("see model").write_text(see.format("a b < c"))
    Path("isi").write_text('<S SNTNO="1">x y</S>\n<S SNTNO="B">not this</S>\n')
    status, out, errors = run(*"-n 1 -x -d -r 3 -a config".split())
    assert status == 0
    assert errors == "*ROUGE Warning: test instance for peer B does not exist for evaluation 9\n"
    assert re.findall(r"\S+ Eval .*", out) == [
        "ROUGE-1 Eval 9.A R:1.00000 P:1.00000 F:1.00000",
        "ROUGE-1 Eval 10.A R:1.00000 P:0.66667 F:0.80000",
        "ROUGE-1 Eval 10.B R:1.00000 P:0.66667 F:0.80000",
    ]
    assert "B ROUGE-1 Average_P: 0.66667" in run(*"-n 1 config B".split())[1]
    status, _, errors = run(*"-n 1 config".split())
    assert (status, "no system is named" in errors) == (255, True)


def test_a_negative_limit_leaves_nothing():
    status, out, _ = run(*"-n 1 -x -l -1 -t 2 -z SPL list X".split())
    assert (status, out.split("\n")[1]) == (0, "X ROUGE-1 M_count: 0 P_count: 0 H_count: 0")


def test_bytes_that_are_no_text():
    Path("peer").write_bytes(b"caf\xe9 \xff\xfe na\xc3\xafve\n")
    Path("model").write_bytes(b"caf na ve\n")
    status, out, _ = run(*"-n 1 -x -d -r 1 -z SPL list X".split())
    assert (status, out.split("\n")[5]) == (0, "X ROUGE-1 Eval 1.X R:1.00000 P:1.00000 F:1.00000")
    # "caf" and the byte after it are four bytes.
    _, out, _ = run(*"-n 1 -x -t 2 -b 7 -z SPL list X".split())
    assert out.split("\n")[1] == "X ROUGE-1 M_count: 2 P_count: 1 H_count: 1"


def written(folder):
    """Summaries and references in folders, and the same texts in memory in the order of the file names."""
    texts = {number: f"the cat number {number} sat\nIt went home {number % 3} times." for number in range(12)}
    others = {number: [f"A cat {number} sits.\nIt goes home.", f"cats went home\n{number}"] for number in texts}
    for name in ("summaries", "references"):
        (folder / name).mkdir()
    for number, text in texts.items():
        (folder / "summaries" / f"s.{number}.txt").write_text(text)
        for letter, other in zip("AB", others[number], strict=True):
            (folder / "references" / f"{number}.{letter}.txt").write_text(other)
    order = sorted(texts, key=str)
    return [texts[number] for number in order], [others[number] for number in order]


def wrapper(folder, **options):
    rouge = Rouge155(**options)
    rouge.system_dir, rouge.model_dir = str(folder / "summaries"), str(folder / "references")
    rouge.system_filename_pattern, rouge.model_filename_pattern = r"s.(\d+).txt", "#ID#.[A-Z].txt"
    return rouge


def test_pyrouge(folder):
    predictions, references = written(folder)
    before = sorted(folder.rglob("*"))
    rouge = wrapper(folder)
    found = rouge.output_to_dict(rouge.convert_and_evaluate())
    assert sorted(folder.rglob("*")) == before
    types = ["rouge1", "rouge2", "rouge3", "rouge4", "rougeL", "rougeW1.2", "rougeS*", "rougeSU*"]
    score = tc.ROUGE155(types, use_stemmer=True).corpus(predictions, references)
    names = "rouge_1 rouge_2 rouge_3 rouge_4 rouge_l rouge_w_1.2 rouge_s* rouge_su*".split()
    figures = {"recall": "recall", "precision": "precision", "f_score": "fmeasure"}
    expected = {}
    for name, kind in zip(names, types, strict=True):
        for key, figure in figures.items():
            low, high = getattr(score.confidence_interval[kind], figure)
            for end, value in (("", getattr(score[kind], figure)), ("_cb", low), ("_ce", high)):
                expected[f"{name}_{key}{end}"] = float(f"{value:.5f}")
    assert found == expected


def test_pyrouge_by_files(folder):
    written(folder)
    rouge = wrapper(folder)
    converted = rouge.convert_and_evaluate(system_id=7)
    for name in ("summaries", "references"):
        Rouge155.convert_summaries_to_rouge_format(str(folder / name), str(folder / "see" / name))
    rouge.system_dir, rouge.model_dir = str(folder / "see/summaries"), str(folder / "see/references")
    assert rouge.evaluate(system_id=7) == converted
    rouge.config_file = str(folder / "config.xml")
    rouge.write_config(system_id=7)
    arguments = "-c 95 -2 -1 -U -r 1000 -n 4 -w 1.2 -a -m config.xml"
    assert run(*arguments.split()) == (0, converted, "")
    assert wrapper(folder, rouge_args='"-n 1 -a"').convert_and_evaluate().count("Average_R") == 2
    assert wrapper(folder).convert_and_evaluate(rouge_args="-n 1 -x -a").count("Average_R") == 1
    assert Rouge155.convert_text_to_rouge_format("a\nb", "t") == (
        '<html>\n<head>\n<title>t</title>\n</head>\n<body bgcolor="white">\n'
        '<a name="1">[1]</a> <a href="#1" id=1>a</a>\n<a name="2">[2]</a> <a href="#2" id=2>b</a>\n</body>\n</html>'
    )


def test_errors_of_pyrouge(folder):
    written(folder)
    rouge = wrapper(folder)
    with pytest.raises(Exception, match=r"Cannot set system directory because the path /none does not exist\."):
        rouge.system_dir = "/none"
    rouge.model_filename_pattern = "none#ID#"
    with pytest.raises(Exception, match="Could not find any model summaries for the system summary with ID 0"):
        rouge.evaluate()
    rouge.system_filename_pattern = "none"
    with pytest.raises(Exception, match="Did not find any files matching the pattern none in the system summaries"):
        rouge.evaluate()
    with pytest.raises(Exception, match="system_dir is not set"):
        Rouge155().evaluate()
    for name in ("summaries", "references"):
        for path in (folder / name).iterdir():
            path.write_text("...")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        wrapper(folder).convert_and_evaluate()
    assert caught.value.returncode == 255
    assert b"ROUGE-L Average_F" in caught.value.output


def test_files2rouge(folder, capsys):
    lines = [f"The cat {number} sat . It went home ." for number in range(11)]
    others = [f"A cat {number} sits . It goes home ." for number in range(11)]
    Path("summaries").write_text("\n".join(lines) + "\n")
    Path("references").write_text("\n".join(others) + "\n")
    files2rouge.run("summaries", "references", saveto="saved")
    printed = capsys.readouterr().out
    assert printed.startswith("Preparing documents... 0 line(s) ignored\nRunning ROUGE...\n" + LINE)
    order = sorted(range(11), key=lambda number: f"s.{number}.txt")
    metric = tc.ROUGE155(["rouge1", "rouge2", "rougeL"], use_stemmer=True, exceptions="none")
    texts = [[own[number].replace(" .", " .\n") for number in order] for own in (lines, others)]
    score = metric.corpus(*texts)
    for name, tag in (("rouge1", "ROUGE-1"), ("rouge2", "ROUGE-2"), ("rougeL", "ROUGE-L")):
        assert f"1 {tag} Average_F: {score[name].fmeasure:.5f} (95%-conf.int." in printed
    assert Path("saved").read_text() in printed
    assert files2rouge.main(["references", "summaries", "-m", "-a", "-n 1 -x -a"]) == 0
    plain = tc.ROUGE155(["rouge1"]).corpus(*texts)
    assert f"1 ROUGE-1 Average_F: {plain['rouge1'].fmeasure:.5f}" in capsys.readouterr().out


def test_pyrouge_without_a_system(folder, capsys):
    written(folder)
    assert "0 ROUGE" not in wrapper(folder).convert_and_evaluate(system_id=0)
    with pytest.raises(subprocess.CalledProcessError):
        wrapper(folder, rouge_args="-n 1").convert_and_evaluate()
    assert "no system is named" in capsys.readouterr().err
    with pytest.raises(ValueError, match="exceptions"):
        Rouge155(exceptions="some")
    assert wrapper(folder, rouge_args="-h").evaluate().startswith("usage")


def test_empty_lines_of_files2rouge(capsys):
    Path("summaries").write_text("a\n\nb\n")
    Path("references").write_text("a\nc\nb\n")
    with pytest.raises(ValueError, match="summaries:2 is empty"):
        files2rouge.run("summaries", "references")
    files2rouge.run("summaries", "references", ignore_empty_summary=True)
    assert "1 line(s) ignored" in capsys.readouterr().out
    Path("references").write_text("a\n")
    with pytest.raises(ValueError, match="summaries has 3 lines and references has 1"):
        files2rouge.run("summaries", "references")
