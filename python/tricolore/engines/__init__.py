"""Arrow batches in and out, and parts of a score as rows, for Spark, Ray and others."""
