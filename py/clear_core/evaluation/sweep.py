"""Running many jobs: on the cores of this machine through joblib, or on a Dask cluster.

Results are appended to a file as they come. A sweep that was ended, by Ctrl-C or otherwise, has lost nothing: run again
with the same file it only does what is missing.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from tqdm import tqdm

from clear_core.evaluation.corpus import EvaluationError
from clear_core.evaluation.protocols import Job, Lab, learn_memory, run

Result = dict[str, Any]


def sweep(
    lab: Lab, jobs: Sequence[Job], file: Path, *, backend: str = "joblib", workers: int = -1, scheduler: str = ""
) -> list[Result]:
    """Results of all ``jobs``, in their order; those that ``file`` has already are taken from it."""
    done = read_results(file)
    keys = [_key(asdict(job)) for job in jobs]
    left = [job for job, key in zip(jobs, keys, strict=True) if key not in done]
    if left:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            results = _on_dask(lab, left, scheduler) if backend == "dask" else _on_joblib(lab, left, workers)
            for result in tqdm(results, total=len(left), desc="searches", unit="search", disable=None):
                _append(out, result)
                done[_key(result["job"])] = result
    return [done[key] for key in keys]


def learn_memories(lab: Lab, groups: Sequence[tuple[int, ...]], seed: int, workers: int = -1) -> tuple[bytes, ...]:
    """One tag memory for each group of sources."""
    from joblib import Parallel, delayed

    tasks = (delayed(learn_memory)(lab, group, seed) for group in groups)
    results: Iterator[bytes] = Parallel(n_jobs=workers, return_as="generator")(tasks)
    return tuple(tqdm(results, total=len(groups), desc="memories", unit="memory", disable=None))


def read_results(file: Path) -> dict[str, Result]:
    """Results by job. A last line that was cut off is left out, and its job is done again."""
    found: dict[str, Result] = {}
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                result = json.loads(line)
                found[_key(result["job"])] = result
            except (ValueError, KeyError, TypeError):
                continue
    return found


def _on_joblib(lab: Lab, jobs: Iterable[Job], workers: int) -> Iterator[Result]:
    from joblib import Parallel, delayed

    with TemporaryDirectory() as folder:  # the lab is large: a worker reads it once, not with every job
        file = Path(folder) / "lab.pickle"
        file.write_bytes(pickle.dumps(lab, protocol=pickle.HIGHEST_PROTOCOL))
        results: Iterator[Result] = Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1)(
            delayed(_run_in)(str(file), job) for job in jobs
        )
        yield from results


def _run_in(file: str, job: Job) -> Result:
    return run(_read_lab(file), job)


@lru_cache(maxsize=1)
def _read_lab(file: str) -> Lab:
    lab: Lab = pickle.loads(Path(file).read_bytes())  # our own file, written a moment ago
    return lab


def _on_dask(lab: Lab, jobs: Iterable[Job], scheduler: str) -> Iterator[Result]:
    from dask import distributed

    dask: Any = distributed  # its functions have no types
    try:
        client = dask.Client(scheduler, timeout="10s")
    except (OSError, ValueError, TimeoutError) as error:
        raise EvaluationError(
            f"No Dask scheduler answers at “{scheduler}”. Start one with “dask scheduler” and give its address."
        ) from error
    with client:
        (shared,) = client.scatter([lab], broadcast=True, hash=False)
        futures = [client.submit(run, shared, job, pure=False) for job in jobs]
        for future in dask.as_completed(futures):
            yield future.result()


def _append(out: TextIO, result: Result) -> None:
    out.write(json.dumps(result) + "\n")
    out.flush()


def _key(job: dict[str, Any]) -> str:
    return json.dumps(job, sort_keys=True)
