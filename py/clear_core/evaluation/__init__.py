"""Measuring strategies: a simulated tag service over a tagged corpus, the paper's protocols, figures and tables."""
