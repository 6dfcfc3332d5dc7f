"""The metrics, one file each, over one base."""
