"""The class of pyrouge 0.1.3, without Perl.

Names, arguments, results and errors are those of pyrouge, with three differences. No ROUGE-1.5.5.pl is needed, so a
missing one is no error. Summaries are converted in memory: only `write_config` and `convert_summaries_to_rouge_format`
write files. The script's folder is not kept in a file of settings.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CalledProcessError
from xml.sax.saxutils import escape, quoteattr

from ...metrics.rouge155 import EXCEPTIONS
from ...support.options import one_of
from .evaluations import Evaluation, ScriptError, Source
from .script import USAGE, options_of, print_scores

__all__ = ["Rouge155", "see", "system_output"]

DEFAULT_ARGUMENTS = "-c 95 -2 -1 -U -r 1000 -n 4 -w 1.2 -a"
FIGURES = {"Average_R": "recall", "Average_P": "precision", "Average_F": "f_score"}
AVERAGE = re.compile(r"(\d+) (ROUGE-\S+) (Average_\w): (\d.\d+) \(95%-conf.int. (\d.\d+) - (\d.\d+)\)")


class Rouge155:
    """Scores the summaries in one folder against those in another, as pyrouge does.

    Args:
        rouge_dir: the folder of ROUGE-1.5.5.pl, which need not be there.
        rouge_args: flags of the script, instead of pyrouge's own. `-m` is always added, as in pyrouge.
        exceptions: `"wordnet"` or `"none"`: see `tricolore.ROUGE155`. Not in pyrouge.

    Set `system_dir` and `model_dir`, `system_filename_pattern` with a group that matches the document's id, and
    `model_filename_pattern` with `#ID#` in its place. Then call `convert_and_evaluate` for texts of one sentence a
    line, or `evaluate` for files in the script's own format.
    """

    def __init__(
        self, rouge_dir: str | None = None, rouge_args: str | None = None, exceptions: str = "wordnet"
    ) -> None:
        self.log = logging.getLogger("tricolore.compat.rouge155")
        self.home_dir = rouge_dir
        self.data_dir = None if rouge_dir is None else os.path.join(rouge_dir, "data")
        quoted = re.match('"(.+)"', rouge_args) if rouge_args else None
        self.args = quoted[1] if quoted else rouge_args
        self.exceptions = one_of("exceptions", exceptions, EXCEPTIONS)
        self.system_filename_pattern: str | None = None
        self.model_filename_pattern: str | None = None
        self._system_dir: str | None = None
        self._model_dir: str | None = None
        self._config_file: str | None = None
        self._split: Callable[[str], str] | None = None

    @property
    def bin_path(self) -> str:
        """The path that the script would have in `rouge_dir`."""
        if self.home_dir is None:
            raise Exception("no rouge_dir is set, and tricolore needs none: there is no ROUGE-1.5.5.pl")
        return os.path.join(self.home_dir, "ROUGE-1.5.5.pl")

    @property
    def system_dir(self) -> str | None:
        """The folder of the summaries to score."""
        return self._system_dir

    @system_dir.setter
    def system_dir(self, path: str) -> None:
        require_folder(path, "system")
        self._system_dir = path

    @property
    def model_dir(self) -> str | None:
        """The folder of the reference summaries."""
        return self._model_dir

    @model_dir.setter
    def model_dir(self, path: str) -> None:
        require_folder(path, "model")
        self._model_dir = path

    @property
    def config_file(self) -> str | None:
        """The path of the evaluation file that `write_config` writes."""
        return self._config_file

    @config_file.setter
    def config_file(self, path: str) -> None:
        require_folder(os.path.dirname(path), "configuration file")
        self._config_file = path

    def split_sentences(self) -> None:
        """Lets `convert_and_evaluate` split texts into sentences by nltk's Punkt, which needs nltk and its data."""
        from nltk.tokenize import sent_tokenize

        def split(text: str) -> str:
            return "\n".join(sent_tokenize(text))

        self._split = split

    @staticmethod
    def convert_text_to_rouge_format(text: str, title: str = "dummy title") -> str:
        """The text, of one sentence a line, as HTML in the script's format SEE. Nothing is escaped, as in pyrouge."""
        sentences = "\n".join(
            f'<a name="{number}">[{number}]</a> <a href="#{number}" id={number}>{sentence}</a>'
            for number, sentence in enumerate(text.split("\n"), start=1)
        )
        return f'<html>\n<head>\n<title>{title}</title>\n</head>\n<body bgcolor="white">\n{sentences}\n</body>\n</html>'

    @staticmethod
    def convert_summaries_to_rouge_format(input_dir: str, output_dir: str) -> None:
        """Writes all texts of a folder to another folder in the script's format SEE."""
        from ...support.atomic_file import write_whole

        os.makedirs(output_dir, exist_ok=True)
        for name in os.listdir(input_dir):
            text = Path(input_dir, name).read_bytes().decode()
            with write_whole(os.path.join(output_dir, name), "wb") as file:
                file.write(Rouge155.convert_text_to_rouge_format(text).encode())

    @staticmethod
    def write_config_static(
        system_dir: str,
        system_filename_pattern: str,
        model_dir: str,
        model_filename_pattern: str,
        config_file_path: str,
        system_id: object = None,
    ) -> None:
        """Writes the script's evaluation file for the summaries whose names match."""
        from ...support.atomic_file import write_whole

        parts = ['<ROUGE-EVAL version="1.55">']
        matched = matched_files(system_dir, system_filename_pattern, model_dir, model_filename_pattern)
        for number, (name, models) in enumerate(matched, start=1):
            elements = "\n\t\t\t".join(
                f"<M ID={quoteattr(chr(65 + place))}>{escape(model)}</M>" for place, model in enumerate(models)
            )
            parts.append(f"""
    <EVAL ID="{number}">
        <MODEL-ROOT>{escape(model_dir)}</MODEL-ROOT>
        <PEER-ROOT>{escape(system_dir)}</PEER-ROOT>
        <INPUT-FORMAT TYPE="SEE">
        </INPUT-FORMAT>
        <PEERS>
            <P ID={quoteattr(str(system_id))}>{escape(name)}</P>
        </PEERS>
        <MODELS>
            {elements}
        </MODELS>
    </EVAL>
""")
        with write_whole(config_file_path, "wb") as file:
            file.write("".join([*parts, "</ROUGE-EVAL>"]).encode())

    def write_config(self, config_file_path: str | None = None, system_id: object = None) -> None:
        """Writes the evaluation file to this path, or to that of `config_file`."""
        path = config_file_path or self._config_file
        if path is None:
            raise Exception("config_file_path is not given, and config_file is not set")
        self.config_file = path
        self.write_config_static(*self._folders(), path, system_id or 1)

    def evaluate(self, system_id: object = 1, rouge_args: str | None = None) -> str:
        """The lines that the script prints for files in its format SEE.

        Raises CalledProcessError where the script ends with another exit status than 0.
        """
        return self._evaluated(system_id or 1, rouge_args, None)

    def convert_and_evaluate(
        self, system_id: object = 1, split_sentences: bool = False, rouge_args: str | None = None
    ) -> str:
        """The lines that the script prints for texts of one sentence a line.

        Args:
            system_id: the name of the system in the lines.
            split_sentences: True to split texts into sentences first; see `split_sentences`.
            rouge_args: flags of the script, if the constructor got none.
        """
        if split_sentences:
            self.split_sentences()
        split = self._split or str
        return self._evaluated(system_id or 1, rouge_args, lambda data: see(split(data.decode())))

    def output_to_dict(self, output: str) -> dict[str, float]:
        """The averages in the lines of the script, and their bounds: `rouge_1_recall`, `rouge_1_recall_cb`,
        `rouge_1_recall_ce` and so on. As in pyrouge, lines of other intervals than 95 % are left out."""
        results: dict[str, float] = {}
        for found in filter(None, map(AVERAGE.match, output.split("\n"))):
            _, name, figure, *numbers = found.groups()
            key = f"{name.lower().replace('-', '_')}_{FIGURES[figure]}"
            results.update(zip((key, f"{key}_cb", f"{key}_ce"), map(float, numbers), strict=True))
        return results

    def _folders(self) -> tuple[str, str, str, str]:
        folders = self._system_dir, self.system_filename_pattern, self._model_dir, self.model_filename_pattern
        if None in folders:
            names = "system_dir, system_filename_pattern, model_dir, model_filename_pattern".split(", ")
            raise Exception(f"{names[folders.index(None)]} is not set")
        return folders  # type: ignore[return-value]

    def _evaluated(self, system_id: object, rouge_args: str | None, convert: Callable[[bytes], bytes] | None) -> str:
        system_dir, system_pattern, model_dir, model_pattern = self._folders()

        def source(folder: str, name: str) -> Source:
            path = Path(folder, name)
            return path if convert is None else convert(path.read_bytes())

        evaluations = [
            Evaluation(
                str(number),
                "SEE",
                {str(system_id): source(system_dir, name)},
                [source(model_dir, model) for model in models],
            )
            for number, (name, models) in enumerate(
                matched_files(system_dir, system_pattern, model_dir, model_pattern), start=1
            )
        ]
        arguments = [*(self.args or rouge_args or DEFAULT_ARGUMENTS).split(), "-m", "--exceptions", self.exceptions]
        return system_output(arguments, evaluations, str(system_id))


def see(text: str) -> bytes:
    """A text of one sentence a line in the script's format SEE."""
    return Rouge155.convert_text_to_rouge_format(text).encode("utf-8", "surrogatepass")


def system_output(arguments: list[str], evaluations: list[Evaluation], system: str) -> str:
    """The lines that the script prints about a system. Raises CalledProcessError where it dies."""
    out = io.StringIO()
    try:
        options = options_of(arguments)
        if options is None:
            return USAGE
        if not options.all_systems:
            raise ScriptError("no system is named, and -a is not given")
        print_scores(options, evaluations, system, out, sys.stderr)
    except ScriptError as error:
        print(error, file=sys.stderr)
        raise CalledProcessError(error.status, ["ROUGE-1.5.5.pl", *arguments], out.getvalue().encode()) from error
    return out.getvalue()


def require_folder(path: str, name: str) -> None:
    """Raises an exception with pyrouge's message if there is no such folder."""
    if not os.path.exists(path):
        raise Exception(f"Cannot set {name} directory because the path {path} does not exist.")


def matched_files(
    system_dir: str, system_pattern: str, model_dir: str, model_pattern: str
) -> list[tuple[str, list[str]]]:
    """The files of the system whose names match, sorted, each with the sorted names of its references."""
    pattern = re.compile(system_pattern)
    models = os.listdir(model_dir)
    matched = []
    for name in sorted(os.listdir(system_dir)):
        found = pattern.match(name)
        if not found:
            continue
        number = found.groups(0)[0]
        own = re.compile(model_pattern.replace("#ID#", str(number)))
        names = sorted(filter(own.match, models))
        if not names:
            raise Exception(
                f"Could not find any model summaries for the system summary with ID {number}. Specified model filename "
                f"pattern was: {model_pattern}"
            )
        matched.append((name, names))
    if not matched:
        raise Exception(
            f"Did not find any files matching the pattern {system_pattern} in the system summaries directory "
            f"{system_dir}."
        )
    return matched
