"""The function `six.ensure_str`, by which the original accepts bytes wherever it accepts a text."""

__all__ = ["ensure_str"]


def ensure_str(text: str | bytes) -> str:
    """Returns a str as it is, and bytes decoded from UTF-8. Raises TypeError for any other type."""
    if isinstance(text, bytes):
        return text.decode("utf-8")
    if isinstance(text, str):
        return text
    raise TypeError(f"not a str or bytes but {type(text)}")
