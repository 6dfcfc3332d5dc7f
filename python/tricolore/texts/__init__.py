"""The shapes that texts may come in, tokenizers and sentence splitters in Python, prepared references."""
