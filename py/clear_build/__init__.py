"""What `build.py` does: fetch, check, convert, compile and pack. Nothing of this ships in the extension."""
