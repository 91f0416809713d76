"""The main job, as a user does it: right-click a picture, see similar photos."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from statistics import mean
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.clear import DONE, ENDED, FOUND, NOTICE, PROBLEM, Clear
from tests.browser.test_looks import accessible
from tests.standin import LibraryPhoto, faults
from tests.standin.flickr import VALID_KEY
from tests.standin.server import Latency

# Of many kinds; chosen by kind before any of them was tried.
SOURCES = (
    "dog", "tiger", "penguin", "clownfish", "rose", "daffodil", "orange", "strawberry", "firetruck", "sportscar2",
    "violin", "guitar_electric",
)  # fmt: skip


def test_the_best_photos_are_of_the_sources_kind(clear: Clear, library: list[LibraryPhoto]) -> None:
    """Over twelve sources the best ten share the category at least three times as often as chance would."""
    category = {photo.id: photo.category for photo in library}
    by_name = {photo.path.stem: photo for photo in library}
    found, chance = [], []
    for name in SOURCES:
        source = by_name[name]
        popup = clear.search(f"/library/{name}.jpg", source)
        popup.wait_until(ENDED, 120)
        assert popup.evaluate(ENDED) in ("budget", "exhausted"), popup.evaluate(PROBLEM)
        others = [item for item in clear.results(popup) if item["id"] != source.id][:10]  # itself is no merit
        assert len(others) == 10
        found.append(mean(category[item["id"]] == source.category for item in others))
        chance.append(mean(photo.category == source.category for photo in library if photo.id != source.id))
        clear.shoot(popup, f"search-{name}")
        popup.close()
    table = ", ".join(f"{name} {share:.1f}" for name, share in zip(SOURCES, found, strict=True))
    rate = f"{mean(found):.2f} (chance {mean(chance):.2f})"
    print(f"\n{clear.browser.name}: share of the source's category among the best ten: {rate}: {table}")
    assert mean(found) >= 3 * mean(chance), table


def test_what_a_result_shows(clear: Clear) -> None:
    popup = clear.search("/pictures/rose.jpg")
    popup.wait_until(ENDED, 120)
    popup.wait_until("[...document.querySelectorAll('#results img')].slice(0, 9).every(img => img.complete)")
    results = clear.results(popup)
    assert 0 < len(results) <= 30  # Flickr's terms
    scores = [item["score"] for item in results]
    assert scores == sorted(scores, reverse=True)
    for item in results:
        assert item["link"].startswith("https://www.flickr.com/photos/")
        assert item["title"] and item["owner"] and item["license"] and item["tag"]
    assert all(item["loaded"] for item in results[:9])
    assert popup.evaluate("document.body.innerText").count(NOTICE) == 1
    assert popup.evaluate("document.querySelectorAll('#classes li').length") >= 5
    assert popup.evaluate("document.querySelectorAll('#tags li').length") >= 5
    assert popup.evaluate("document.querySelector('.source img, .source canvas') !== null")
    popup.close()


def test_results_come_while_the_search_runs(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = clear.search("/pictures/dog.jpg")
        popup.wait_until(FOUND, 60)
        early = popup.evaluate(f"({ENDED}) === '' && Number(document.querySelector('#spent-photos').textContent)")
        assert 0 < early < 100
        popup.wait_until(f"document.querySelectorAll('#results [data-photo]').length >= 12 || {ENDED}", 60)
        clear.shoot(popup, "search-running")
        popup.wait_until(ENDED, 120)
        assert len(clear.results(popup)) == 30
        popup.close()
    finally:
        clear.standin.latency = Latency()


def test_stop_keeps_what_was_found_and_the_search_goes_on(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = clear.search("/pictures/violin.jpg")
        popup.wait_until(FOUND, 60)
        clear.click(popup, "#stop")
        popup.wait_until(f"({ENDED}) === 'stopped'", 20)
        stopped = {item["id"] for item in clear.results(popup)}
        asked = len(clear.standin.asked("www.flickr.com"))
        assert stopped
        assert int(popup.evaluate("document.querySelector('#spent-photos').textContent")) < 110
        clear.shoot(popup, "search-stopped")
        clear.standin.latency = Latency()
        clear.click(popup, "#go-on")
        popup.wait_until(DONE, 120)
        assert len(clear.results(popup)) == 30
        assert len(clear.standin.asked("www.flickr.com")) > asked
        popup.close()
    finally:
        clear.standin.latency = Latency()


def test_a_second_search_replaces_the_first(clear: Clear) -> None:
    first = clear.search("/pictures/lemon.jpg")
    first.wait_until(ENDED, 120)
    before = clear.results(first)
    first.close()
    second = clear.search("/pictures/sportscar2.jpg")
    second.wait_until(f"{FOUND} || {ENDED}", 60)
    second.wait_until(ENDED, 120)
    after = clear.results(second)
    assert after[0]["id"] != before[0]["id"]
    assert {item["id"] for item in after} != {item["id"] for item in before}
    clear.click(second, "#again")  # the same picture once more, from the start
    second.wait_until(f"({ENDED}) === ''", 20)
    second.wait_until(ENDED, 120)
    assert clear.results(second)[0]["id"] == after[0]["id"]
    second.close()


def test_a_closed_popup_loses_nothing(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = clear.search("/pictures/grasshopper.jpg")
        popup.wait_until("document.querySelectorAll('#results [data-photo]').length >= 5", 60)
        seen = {item["id"] for item in clear.results(popup)}
        popup.close()
    finally:
        clear.standin.latency = Latency()
    page = clear.browser.open(clear.standin.page_url("/"))
    clear.browser.toolbar_click(page)
    again = clear.browser.popup()
    again.wait_until("document.querySelectorAll('#results [data-photo]').length >= 5", 20)
    clear.shoot(again, "interrupted")
    assert seen <= {item["id"] for item in clear.results(again)}
    clear.click(again, "#go-on")
    again.wait_until(DONE, 120)
    assert len(clear.results(again)) == 30
    again.close()


def test_nothing_but_words_leaves_the_machine(clear: Clear) -> None:
    popup = clear.search("/pictures/rose.jpg")
    popup.wait_until(ENDED, 120)
    popup.close()
    assert clear.standin.asked("www.flickr.com", "/services/feeds/")
    for request in clear.standin.requests:
        if request.scheme == "http":
            continue  # the page that the user was on
        assert request.method == "GET"
        assert not request.body
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert "cookie" not in headers and "referer" not in headers
        assert (
            urlsplit(request.path).path == "/services/feeds/photos_public.gne"
            or request.host == "live.staticflickr.com"
        )
        if request.host == "www.flickr.com":
            assert set(request.params) == {"tags", "tagmode", "format", "nojsoncallback", "lang"}


FAILING = {
    "429": (faults.status(429), "is busy"),
    "503": (faults.status(503), "not available"),
    "html": (faults.html(), "could not be read"),
    "empty": (faults.empty(), "could not be read"),
    "reset": (faults.reset(), "cannot be reached"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_service_that_fails_is_said_in_a_sentence(clear: Clear, name: str) -> None:
    fault, words = FAILING[name]
    clear.standin.faults = faults.on(fault, host="www.flickr.com")
    popup = clear.search("/pictures/teapot.jpg")
    popup.wait_until(PROBLEM, 60)
    assert words in popup.evaluate(PROBLEM)
    assert "Flickr" in popup.evaluate(PROBLEM)
    accessible(popup)
    clear.shoot(popup, f"failed-{name}")
    clear.standin.faults = None
    # And when it is back, nothing is in the way for long (Chrome itself makes 5xx wait a little, and fails meanwhile).
    popup.wait_until(
        f"(document.querySelector('#try-again')?.click(), {DONE})", 180
    )
    assert len(clear.results(popup)) == 30
    popup.close()


HITCHES = "[...document.querySelectorAll('.minor[data-code]')].map(line => line.textContent.trim())"


def test_odd_answers_are_read_like_others(clear: Clear) -> None:
    odd = [faults.strings(), faults.no_files(), faults.duplicates(), faults.slow_drip(0.3)]
    rules = [faults.of_questions(fault, *range(place, 400, len(odd))) for place, fault in enumerate(odd)]
    clear.standin.faults = faults.first_of(*rules)
    popup = clear.search("/pictures/tiger.jpg")
    popup.wait_until(DONE, 120)
    assert popup.evaluate(HITCHES) == [] and popup.evaluate(PROBLEM) is None
    found = [item["id"] for item in clear.results(popup)]
    assert len(found) == len(set(found)) == 30
    popup.close()


def test_questions_that_fail_are_counted_in_one_line(clear: Clear) -> None:
    """And nothing is lost, or shown twice, or waited for without end."""
    away, cut = faults.redirect("https://elsewhere.example/"), faults.truncated_json()
    of = faults.of_questions
    clear.standin.faults = faults.first_of(
        of(away, 1), of(faults.refuse(), 3, 5), of(cut, 6), of(faults.black_hole(), 8)
    )
    popup = clear.search("/pictures/tiger.jpg")
    popup.wait_until(DONE, 120)
    [line] = popup.evaluate(HITCHES)
    asked = popup.evaluate("document.querySelector('#spent-queries').textContent")
    # Five, or four if all else was done before the time was up; more where two words lead to one address.
    told = re.fullmatch(rf"Flickr cannot be reached at times: ([4-9]) of {asked} questions went unanswered\.", line)
    assert told is not None, line
    assert popup.evaluate(PROBLEM) is None
    found = [item["id"] for item in clear.results(popup)]
    assert len(found) == len(set(found)) == 30
    clear.shoot(popup, "questions-unanswered")
    popup.close()
    # The browser notes that it did not let itself be led away; and nothing else went wrong.
    assert all("elsewhere.example" in message.text for message in clear.browser.errors)
    clear.browser.messages.clear()


def test_a_slow_service_is_said_and_waited_for(clear: Clear) -> None:
    clear.standin.latency = Latency(query=13)
    popup = clear.search("/pictures/teapot.jpg")
    popup.wait_until("!!document.querySelector('#slow')", 30)
    clear.shoot(popup, "slow")
    clear.standin.latency = Latency()
    popup.wait_until(ENDED, 120)
    assert popup.evaluate("document.querySelector('#slow')") is None and len(clear.results(popup)) > 5
    popup.close()


def test_losing_the_network_loses_nothing(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = clear.search("/pictures/rose.jpg")
        popup.wait_until(f"{FOUND} >= 5", 60)
        with clear.standin.offline():
            popup.wait_until(PROBLEM, 60)
            assert "cannot be reached" in popup.evaluate(PROBLEM)
            found = {item["id"] for item in clear.results(popup)}
            assert len(found) >= 5
            clear.shoot(popup, "offline")
        clear.standin.latency = Latency()
        clear.click(popup, "#try-again")
        popup.wait_until(DONE, 120)
        assert len(clear.results(popup)) == 30
        popup.close()
    finally:
        clear.standin.latency = Latency()


def flickr_says(answer: bytes) -> faults.Faults:
    """The same JSON to every question."""
    return faults.on(faults.status(200, {"Content-Type": "application/json"}, answer), host="www.flickr.com")


def test_nothing_found_is_said_in_a_sentence(clear: Clear) -> None:
    nothing = b'{"title":"none","link":"https://www.flickr.com/","items":[]}'
    clear.standin.faults = flickr_says(nothing)
    popup = clear.search("/pictures/violin.jpg")
    popup.wait_until(PROBLEM, 60)
    assert "has no photos" in popup.evaluate(PROBLEM)
    accessible(popup)
    clear.shoot(popup, "nothing-found")
    popup.click("#problem .primary")  # "Try another picture"
    popup.wait_until("!!document.querySelector('#choose')")
    popup.close()


def test_nothing_of_the_last_days_leads_to_any_date(fresh: Clear) -> None:
    """Not to another picture, first of all: the days are what left nothing."""
    clear = fresh  # the browser that the others share has asked nearly as much as an hour allows
    nothing = b'{"photos":{"page":1,"pages":0,"perpage":30,"total":0,"photo":[]},"stat":"ok"}'
    storage = "(globalThis.browser ?? chrome).storage.local"
    clear.browser.background(f"{storage}.set({{key: {json.dumps(VALID_KEY)}, days: 30}}).then(() => 1)")
    clear.standin.faults = flickr_says(nothing)
    popup = clear.search("/pictures/violin.jpg")
    popup.wait_until(PROBLEM, 60)
    assert "from these days" in popup.evaluate(PROBLEM)
    accessible(popup)
    clear.shoot(popup, "nothing-of-these-days")
    clear.standin.faults = None
    clear.another(popup, lambda: popup.click("#problem .primary"))
    assert popup.evaluate(PROBLEM) is None
    assert len(clear.results(popup)) == 30
    popup.close()


def test_lost_photos_do_not_end_a_search(fresh: Clear) -> None:
    gone = faults.first_of(
        *(
            faults.on(fault, host="live.staticflickr.com", after=after, times=4)
            for fault, after in [(faults.status(404), 3), (faults.not_an_image(), 10), (faults.truncated_json(), 20)]
        )
    )
    fresh.standin.faults = gone
    popup = fresh.search("/pictures/dog.jpg")
    popup.wait_until(ENDED, 120)
    assert popup.evaluate(ENDED) in ("budget", "exhausted")
    assert popup.evaluate("document.querySelector('[data-code=photo_lost]') !== null")
    assert len(fresh.results(popup)) == 30
    popup.close()


def test_a_search_from_a_photo_that_was_found(clear: Clear) -> None:
    popup = clear.search("/pictures/tiger.jpg")
    popup.wait_until(ENDED, 120)
    second = clear.results(popup)[1]
    tile = f"[data-photo={second['id']!r}]"
    popup.evaluate(f"document.querySelector({tile!r}).scrollIntoView()")
    popup.click(f"{tile} .more button:first-child")
    popup.wait_until(f"({ENDED}) === ''", 20)
    popup.wait_until(DONE, 120)
    assert clear.results(popup)[0]["id"] == second["id"]  # nothing is more like it than itself
    clear.click(popup, "#new-picture")
    popup.wait_until("document.querySelectorAll('.recent .thumb').length >= 2")  # and the first search is still there
    names = popup.evaluate("[...document.querySelectorAll('.recent .thumb')].map(thumb => thumb.ariaLabel)")
    assert all(str(date.today().year) in name for name in names)
    popup.close()


def test_who_made_a_photo_can_be_copied(clear: Clear) -> None:
    popup = clear.search("/pictures/violin.jpg")
    popup.wait_until(ENDED, 120)
    first = clear.results(popup)[0]
    popup.evaluate("document.querySelector('#results').scrollIntoView()")
    popup.click(f"[data-photo={first['id']!r}] .more button:last-child")
    popup.wait_until("document.querySelector('.more button:last-child').title === 'Copied'")
    assert popup.evaluate("document.querySelector('.said').textContent") == "Copied"
    copied = popup.evaluate("navigator.clipboard.readText()")
    assert first["title"] in copied and first["owner"] in copied and first["link"] in copied
    popup.close()


def test_the_results_can_be_saved(fresh: Clear) -> None:
    clear = fresh  # the browser that the others share has asked nearly as much as an hour allows
    popup = clear.search("/pictures/lemon.jpg")
    popup.wait_until(ENDED, 120)
    found = clear.results(popup)
    clear.click(popup, "#save summary")
    popup.wait_until("document.querySelectorAll('#save a').length === 3")
    files = popup.evaluate("[...document.querySelectorAll('#save a')].map(a => [a.download, a.href])")
    text = {name.rpartition(".")[2]: unquote(address.partition(",")[2]) for name, address in files}
    saved = json.loads(text["json"])["photos"]
    assert [photo["page_url"] for photo in saved[:30]] == [item["link"] for item in found]
    assert all(photo["title"] and photo["owner"] and photo["score"] for photo in saved)
    table = list(csv.DictReader(io.StringIO(text["csv"])))
    assert [row["page_url"] for row in table] == [photo["page_url"] for photo in saved]
    assert text["html"].count("<li>") == 30 and NOTICE in text["html"] and found[0]["link"] in text["html"]
    assert f"The best 30 of {len(saved)} photos" in text["html"]
    popup.close()
