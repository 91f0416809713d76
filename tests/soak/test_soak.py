"""Searches under every fault alone, and two hundred under all at once. ``build.py bench --soak`` runs two thousand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from benchmarks.soak import soak
from tests.standin import faults, offline_library
from tests.standin.hosts import HOSTS


def test_searches_under_fault_end_in_time_with_all_they_found() -> None:
    report = soak(offline_library(), 200, seed=7)
    print(report)
    assert not report.broken, "\n".join(report.broken[:20])
    assert report.searches == 200 and report.hangs == report.lost == report.twice == 0
    kinds = {fault.kind for fault in (*faults.API_FAULTS, *faults.IMAGE_FAULTS)}
    assert {name.split()[0] for name in report.injected} == kinds, "the mixture leaves something out"
    assert report.hosts.keys() == set(HOSTS) - {"api.flickr.com"}
    assert report.photos > 200 * 10
    assert report.continued.total() == report.endings["failed"] > 0


def test_every_fault_alone() -> None:
    """Two answers in five are spoilt, always in the same way."""
    library = offline_library()
    kinds = [*faults.API_FAULTS, *(fault for fault in faults.IMAGE_FAULTS if fault not in faults.API_FAULTS)]
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda fault: soak(library, 2, 1, alone=(fault, 0.4)), kinds))
    for fault, report in zip(kinds, reports, strict=True):
        assert not report.broken, f"{fault}: {report.broken[:5]}"
        assert report.injected.total() > 0, fault
        assert report.hangs == report.lost == report.twice == 0
