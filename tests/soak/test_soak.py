"""Two hundred searches under every fault at once. ``build.py bench --soak`` runs two thousand."""

from __future__ import annotations

from benchmarks.soak import soak
from tests.standin import faults, offline_library


def test_searches_under_fault_end_in_time_with_all_they_found() -> None:
    report = soak(offline_library(), 200, seed=7)
    print(report)
    assert not report.broken, "\n".join(report.broken[:20])
    assert report.searches == 200 and report.hangs == report.lost == report.twice == 0
    kinds = {fault.kind for fault in (*faults.API_FAULTS, *faults.IMAGE_FAULTS)}
    assert {name.split()[0] for name in report.injected} == kinds, "the mixture leaves something out"
    assert report.hosts.keys() == {"www.flickr.com", "live.staticflickr.com"}
    assert report.photos > 200 * 10
    assert report.continued.total() == report.endings["failed"] > 0
