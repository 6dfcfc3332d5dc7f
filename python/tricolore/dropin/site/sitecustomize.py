"""Runs when Python starts with this folder on its path, in child processes of a process that runs on tricolore.

The `sitecustomize` that Python would have found otherwise runs first. If tricolore cannot be used, nothing is printed
unless TRICOLORE_DROPIN_STRICT is 1.
"""


def chain() -> None:
    """Runs the next `sitecustomize` on the path, under its own name."""
    import sys
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = __file__.rpartition("/")[0] or __file__.rpartition("\\")[0]
    spec = PathFinder.find_spec("sitecustomize", [entry for entry in sys.path if entry != here])
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


def start() -> None:
    """Installs what the parent process has installed."""
    import os

    only = os.environ.get("TRICOLORE_DROPIN_ONLY")
    if only:
        try:
            from tricolore.dropin import child

            child.start(only.split(","))
        except Exception as error:
            if os.environ.get("TRICOLORE_DROPIN_STRICT") == "1":
                import sys

                print(f"tricolore.dropin cannot be installed in this process: {error}", file=sys.stderr)


try:
    chain()
finally:
    start()
