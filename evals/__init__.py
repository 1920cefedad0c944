"""Is it any good? Questions, the scorer and the floors that a change may not fall below."""
