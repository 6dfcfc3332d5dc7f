"""Worker processes of a program under the drop-in: scores are equal, ours serves them, and nothing hangs."""

import textwrap

import pytest
from process import run

POOL = """
    import multiprocessing, sys
    from concurrent.futures import ProcessPoolExecutor

    def work(i):
        # Workers import packages where they use them.
        import jiwer, sacrebleu
        texts = [f"the cat {i} sat on the mat", "it rains and rains"] * 20
        bleu = sacrebleu.corpus_bleu(texts, [texts[::-1]]).score
        wer = jiwer.wer(texts, texts[::-1])
        served = None
        if "tricolore.dropin" in sys.modules:
            import tricolore.dropin
            status = tricolore.dropin.status()
            served = [
                status.served.get("sacrebleu.metrics.base.Metric._extract_corpus_statistics", 0) > 0,
                status.served.get("jiwer.process.process_words", 0) > 0,
                status.fallbacks,
            ]
        return bleu.hex(), wer.hex(), served

    if __name__ == "__main__":
        how, kind = sys.argv[1:]
        if how == "fork":
            # The parent scores with several threads before it forks.
            work(0)
        context = multiprocessing.get_context(how)
        if kind == "pool":
            with context.Pool(2) as pool:
                made = pool.map(work, range(6))
        else:
            with ProcessPoolExecutor(2, mp_context=context) as pool:
                made = list(pool.map(work, range(6)))
        print([scores[:2] for scores in made])
        print({str(scores[2]) for scores in made}, file=sys.stderr)
    """


def strictly(folder, *arguments, **environment):
    environment = {"TRICOLORE_NUM_THREADS": "2", "TRICOLORE_DROPIN_STRICT": "1", **environment}
    return run(*arguments, cwd=folder, timeout=120, **environment)


def write(folder, text, name="program.py"):
    (folder / name).write_text(textwrap.dedent(text), "utf-8")


@pytest.mark.parametrize("kind", ["pool", "executor"])
@pytest.mark.parametrize("how", ["fork", "spawn", "forkserver"])
def test_pools(how, kind, tmp_path):
    write(tmp_path, POOL)
    plain = strictly(tmp_path, "-W", "ignore", "program.py", how, kind)
    replaced = strictly(tmp_path, "-W", "ignore", "-m", "tricolore.dropin", "program.py", how, kind)
    assert (plain.returncode, plain.stderr) == (0, "{'None'}\n")
    assert (replaced.returncode, replaced.stderr) == (0, "{'[True, True, {}]'}\n")
    assert replaced.stdout == plain.stdout
    verified = strictly(tmp_path, "-W", "ignore", "-m", "tricolore.dropin", "--verify", "program.py", how, kind)
    assert verified.stdout == plain.stdout
    assert verified.returncode == 0, verified.stderr
    assert " 0 differ;" in verified.stderr
    # At least two calls of each of six workers are compared.
    assert int(verified.stderr.split("--verify: ")[1].split()[0]) >= 12, verified.stderr


CHILD = """
    import subprocess, sys
    program = '''
    import sacrebleu, sys
    sacrebleu.corpus_bleu(["a"], [["a"]])
    dropin = sys.modules.get("tricolore.dropin")
    print(bool(dropin) and bool(dropin.status().served), getattr(sys.modules.get("sitecustomize"), "mine", None))
    '''
    import textwrap
    flags = sys.argv[1:]
    print(subprocess.run([sys.executable, *flags, "-c", textwrap.dedent(program)], capture_output=True, text=True))
    """


def test_a_sitecustomize_of_one_s_own_runs_too(tmp_path):
    write(tmp_path, CHILD)
    own = tmp_path / "own"
    own.mkdir()
    write(own, "mine = 5", "sitecustomize.py")
    made = strictly(tmp_path, "-m", "tricolore.dropin", "program.py", PYTHONPATH=str(own))
    assert "stdout='True 5\\n', stderr=''" in made.stdout, made
    made = strictly(tmp_path, "-m", "tricolore.dropin", "program.py")
    assert "stdout='True None\\n', stderr=''" in made.stdout, made


@pytest.mark.parametrize("flag", ["-I", "-E", "-S"])
def test_silent_where_children_do_not_look(flag, tmp_path):
    write(tmp_path, CHILD)
    made = strictly(tmp_path, "-m", "tricolore.dropin", "program.py", flag)
    # Without site-packages sacrebleu is missing too.
    said = "No module named" if flag == "-S" else "stdout='False None\\n', stderr=''"
    assert said in made.stdout, made
    assert "sitecustomize;" not in made.stdout


def test_silent_where_tricolore_is_not_installed(tmp_path):
    write(tmp_path, CHILD)
    (tmp_path / "broken" / "tricolore").mkdir(parents=True)
    write(tmp_path / "broken" / "tricolore", "raise ImportError('not for this Python')", "__init__.py")
    write(
        tmp_path,
        """
        import os, runpy, sys
        os.environ["PYTHONPATH"] += os.pathsep + "broken"
        sys.argv = ["program.py"]
        runpy.run_path("program.py", run_name="__main__")
        """,
        "outer.py",
    )
    made = strictly(tmp_path, "-m", "tricolore.dropin", "outer.py", TRICOLORE_DROPIN_STRICT="0")
    assert "stdout='False None\\n', stderr=''" in made.stdout, made
    made = strictly(tmp_path, "-m", "tricolore.dropin", "outer.py")
    assert "stderr='tricolore.dropin cannot be installed in this process: not for this Python" in made.stdout, made


def test_after_uninstall_children_are_as_before(tmp_path):
    write(tmp_path, "import tricolore.dropin as d\nd.install()\nd.uninstall()\n" + textwrap.dedent(CHILD))
    assert "stdout='False None\\n', stderr=''" in strictly(tmp_path, "program.py").stdout
