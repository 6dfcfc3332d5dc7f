"""The frame of HTML that results show in a notebook."""

__all__ = ["framed"]

# A notebook's style sheet may lack rules for tables, or have rules that suit only its own. Colours are the page's own,
# so the result suits light and dark pages.
STYLE = (
    ".tricolore{font:14px/1.45 system-ui,sans-serif;color:inherit;max-width:100%;overflow-x:auto}"
    ".tricolore p{margin:.6em 0 .2em;font-weight:600}"
    ".tricolore table{border-collapse:collapse;margin:.2em 0 .6em;color:inherit;background:none;font-size:inherit}"
    ".tricolore th,.tricolore td{padding:.2em .7em;text-align:left;vertical-align:top;border:0;white-space:pre-wrap;"
    "border-bottom:1px solid rgba(128,128,128,.3);background:none;color:inherit}"
    ".tricolore th{font-weight:600;white-space:pre}"
    ".tricolore .n{text-align:right;font-variant-numeric:tabular-nums;white-space:pre}"
    ".tricolore .note{font-weight:400;font-size:12px;opacity:.75;overflow-wrap:anywhere;margin:.2em 0}"
)


def framed(body: str) -> str:
    """HTML that carries its own style and does not change the style of the page around it."""
    return f'<div class="tricolore"><style>{STYLE}</style>{body}</div>'
