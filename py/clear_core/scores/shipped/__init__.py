"""The scores that ship: plain Python that knows nothing of this package, for everybody to read and to copy."""
