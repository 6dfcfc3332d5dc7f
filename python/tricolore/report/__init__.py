"""The report: one HTML file with tables, charts, and the segments with their marks."""
