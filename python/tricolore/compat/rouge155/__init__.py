"""ROUGE-1.5.5 without Perl: the script's command line, pyrouge's class, and files2rouge.

    from tricolore.compat.rouge155 import Rouge155, files2rouge, run_script

`tricolore.ROUGE155` is the metric for texts that a program has in memory.
"""

from . import files2rouge
from .pyrouge import Rouge155
from .script import run_script

__all__ = ["Rouge155", "files2rouge", "run_script"]
