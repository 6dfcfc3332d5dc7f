"""Tables, and the forms in which they are printed: text, Markdown, LaTeX and HTML."""
