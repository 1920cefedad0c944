"""A question and its evidence become a cited answer that has been checked, or an honest refusal."""
