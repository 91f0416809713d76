"""Tests, and what they need to run without the internet."""
