"""What `six.ensure_str` does: the original takes bytes wherever it takes a text."""

__all__ = ["ensure_str"]


def ensure_str(text: str | bytes) -> str:
    """A str as it is, bytes as UTF-8; TypeError for anything else."""
    if isinstance(text, bytes):
        return text.decode("utf-8")
    if isinstance(text, str):
        return text
    raise TypeError(f"not a str or bytes but {type(text)}")
