"""Integer rows of many segments: statistics, their signatures, and accumulators in constant memory."""
