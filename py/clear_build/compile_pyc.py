"""Runs inside Pyodide (see compile_pyc.mjs): every .py of the zip `source` becomes a .pyc in the zip `result`.

UNCHECKED_HASH (PEP 552): the .pyc holds no time, and Python does not look for the source. A code object keeps the
name of its source inside the archive, so that a traceback names the file.
"""

import importlib._bootstrap_external as bootstrap
import io
import zipfile
from importlib.util import source_hash

source: memoryview = globals()["source"]  # set by compile_pyc.mjs


def to_pyc(name: str, text: bytes) -> bytes:
    """The content of the .pyc of the module whose source is `text`."""
    code = compile(text, name, "exec", dont_inherit=True, optimize=0)
    return bytes(bootstrap._code_to_hash_pyc(code, source_hash(text), False))  # type: ignore[attr-defined]


buffer = io.BytesIO()
with zipfile.ZipFile(io.BytesIO(source)) as sources, zipfile.ZipFile(buffer, "w") as compiled:
    for entry in sources.infolist():
        info = zipfile.ZipInfo(entry.filename + "c", date_time=(1980, 1, 1, 0, 0, 0))
        compiled.writestr(info, to_pyc(entry.filename, sources.read(entry)))
result = buffer.getvalue()
