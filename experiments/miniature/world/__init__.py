"""A miniature world of words: documents, filters and judges for the paper's language-model experiments on a CPU."""
