"""What leaves the machine, what stays on it, and that both can be known and undone."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.clear import DONE, ENDED, FOUND, Clear
from tests.browser.conftest import EXTENSION, extension_in
from tests.browser.driver import Browser, Page, names, poll
from tests.browser.test_services import choose
from tests.browser.test_services import searched as found_at
from tests.standin import LibraryPhoto, Standin, faults
from tests.standin.flickr import VALID_KEY
from tests.standin.images import picture
from tests.standin.server import Latency

NAMED = {"www.flickr.com", "live.staticflickr.com"}
"""The hosts that the README, the store's texts and the settings name, and no more."""

IDLE = "document.querySelector('.progress')?.dataset.state === 'idle'"
ASKED = "document.querySelector('#asked').textContent.split(' · ')"
# All that the extension keeps in this browser, bytes as their number.
EVERYTHING = """(async () => {
  const api = globalThis.browser ?? chrome;
  const wait = request => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const kept = {local: await api.storage.local.get(), session: await api.storage.session.get(),
    localStorage: {...localStorage}, caches: await caches.keys()};
  const readable = (key, value) => ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : value;
  for (const {name} of await indexedDB.databases()) {
    const database = await wait(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const inside = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([wait(inside.getAllKeys()), wait(inside.getAll())]);
      const entries = Object.fromEntries(keys.map((key, i) => [key, values[i]]));
      kept[`${name}/${store}`] = JSON.parse(JSON.stringify(entries, readable));
    }
    database.close();
  }
  return kept;
})()"""


def everything(page: Page) -> dict[str, Any]:
    """All that the extension keeps, by place; places where nothing is are left out."""
    return {place: kept for place, kept in page.evaluate(EVERYTHING).items() if kept}


def options(clear: Clear) -> Page:
    page = clear.browser.extension_page("options/options.html")
    page.wait_until("!!document.querySelector('#key')")
    return page


def with_key(clear: Clear) -> None:
    page = options(clear)
    page.fill("#key", VALID_KEY)
    page.wait_until("document.querySelector('input[value=flickr]').checked && !!document.querySelector('.saved.show')")
    page.close()


def searched(clear: Clear, path: str) -> Page:
    """A search to its end; gives the popup, where all has come to rest."""
    popup = clear.search(path)
    popup.wait_until(ENDED, 120)
    popup.wait_until(IDLE, 30)
    return popup


def visit(clear: Clear) -> None:
    """The user is logged in at the photo services: they have set cookies that are sent from everywhere."""
    cookie = {"Set-Cookie": "session=secret; Secure; SameSite=None; Path=/", "Content-Type": "text/html"}
    page = faults.status(200, cookie, b"<!doctype html><title>Welcome</title>")
    clear.standin.faults = faults.first_of(*(faults.on(page, host=host, path="/visit") for host in NAMED))
    for host in NAMED:
        for _ in range(2):
            clear.browser.open(f"https://{host}/visit").close()
        first, second = clear.standin.asked(host, "/visit")
        assert "cookie" not in first.headers and second.headers["cookie"] == "session=secret"
    clear.standin.faults = None
    clear.standin.requests.clear()


def words_of(questions: Iterable[str]) -> Counter[str]:
    """Questions as sets of words, since they come in any order."""
    return Counter(" ".join(sorted(re.findall(r"[^\s,+]+", question))) for question in questions)


@pytest.mark.parametrize("browser", names())
def test_a_search_asks_the_named_hosts_for_words_and_nobody_for_anything_else(standin: Standin, browser: str) -> None:
    with extension_in(browser, standin, log_requests=True) as clear:
        visit(clear)
        popup = searched(clear, "/pictures/rose.jpg")
        popup.wait_until("[...document.querySelectorAll('#results .shot')].every(shot => shot.matches('.there'))")
        told = popup.evaluate(ASKED)
        popup.close()
        feed = clear.standin.asked("www.flickr.com")
        assert words_of(request.params["tags"] for request in feed) == words_of(told)  # the user can read all of it
        with_key(clear)
        popup = searched(clear, "/pictures/tiger.jpg")
        told = popup.evaluate(ASKED)
        clear.click(popup, "#save summary")
        popup.wait_until("document.querySelectorAll('#save a').length === 3")
        exports = popup.evaluate("[...document.querySelectorAll('#save a')].map(a => decodeURIComponent(a.href))")
        text = popup.evaluate("document.documentElement.outerHTML")
        popup.close()
        api = clear.standin.asked("www.flickr.com", "/services/rest")
        assert words_of(request.params["text"] for request in api) == words_of(told)
        kept = everything(clear.browser.extension_page("popup/popup.html?start"))
        assert kept.pop("local")["key"] == VALID_KEY  # and it is nowhere else:
        for place in (exports, text, kept, clear.browser.messages):
            assert VALID_KEY not in str(place)
        requests = [request for request in clear.standin.requests if request.scheme == "https"]
    for request in requests:
        assert (request.method, request.body) == ("GET", b"")
        assert "cookie" not in request.headers and "referer" not in request.headers
        assert (VALID_KEY in str(request)) == (request.path == "/services/rest/")
    hosts = Counter(urlsplit(request.url).hostname for request in clear.browser.sent)
    print(f"\n{browser}: requests by host: {dict(hosts)}")
    assert hosts.keys() == NAMED
    assert all(urlsplit(request.url).scheme == "https" and request.method == "GET" for request in clear.browser.sent)
    paths = {urlsplit(request.url).path for request in clear.browser.sent if "www.flickr.com" in request.url}
    assert paths == {"/services/feeds/photos_public.gne", "/services/rest/"}


# Every way out of a document or a worker that the web knows; each tries to tell an address something.
WAYS_OUT = """(async address => {
  const to = way => `${address}?${way}`;
  const tries = {
    fetch: () => fetch(to('fetch')),
    post: () => fetch(to('post'), {method: 'POST', body: 'pixels', mode: 'no-cors'}),
    request: () => new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open('GET', to('request'));
      request.onload = done;
      request.onerror = fail;
      request.send();
    }),
    events: () => new Promise((done, fail) => {
      const events = new EventSource(to('events'));
      events.onopen = done;
      events.onerror = () => { events.close(); fail(); };
    }),
    socket: () => new Promise((done, fail) => {
      const socket = new WebSocket(to('socket').replace('http', 'ws'));
      socket.onopen = done;
      socket.onerror = fail;
    }),
    worker: () => new Promise((done, fail) => {
      const worker = new Worker(URL.createObjectURL(new Blob([`fetch(${JSON.stringify(to('worker'))})
        .then(() => postMessage(1), () => postMessage(0))`])));
      worker.onmessage = ({data}) => data ? done() : fail();
      worker.onerror = fail;
    }),
    script: () => import(to('script')),
    ...(globalThis.document ? {
      beacon: () => { if (!navigator.sendBeacon(to('beacon'), 'pixels')) throw 0; },
      image: () => new Promise((done, fail) => {
        Object.assign(new Image(), {onload: done, onerror: fail, src: to('image')});
      }),
      ...Object.fromEntries([
        ['frame', 'iframe', 'src'], ['style', 'link', 'href'], ['object', 'object', 'data'], ['video', 'video', 'src'],
      ].map(([way, name, attribute]) => [way, () => {
        const element = document.createElement(name);
        if (name === 'link') element.rel = 'stylesheet';
        element[attribute] = to(way);
        document.body.append(element);
        setTimeout(() => element.remove(), 1500);
      }])),
      form: () => {
        const form = document.createElement('form');
        Object.assign(form, {action: to('form'), method: 'POST', target: 'nowhere'});
        const frame = Object.assign(document.createElement('iframe'), {name: 'nowhere'});
        document.body.append(form, frame);
        form.submit();
        setTimeout(() => { form.remove(); frame.remove(); }, 1500);
      },
      background: () => {
        document.body.style.backgroundImage = `url(${to('background')})`;
        setTimeout(() => { document.body.style.backgroundImage = ''; }, 1500);
      },
    } : {}),
  };
  const late = () => new Promise((_, fail) => setTimeout(fail, 2000));
  await Promise.allSettled(Object.values(tries).map(async go => Promise.race([go(), late()])));
  return Object.keys(tries).length;
})"""
# Kept, or Firefox might collect it before it has answered.
IN_WORKER = "new Promise(done => { (window.kept = new Worker('/probe.js')).onmessage = ({data}) => done(data); })"


@pytest.fixture(scope="module", params=names())
def probed(
    request: pytest.FixtureRequest, standin: Standin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clear]:
    """The extension as it ships, with one more worker in it that does nothing but try to get out."""
    unpacked = tmp_path_factory.mktemp("probed") / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    script = f"Promise.all({json.dumps(targets(standin))}.map({WAYS_OUT})).then(tried => postMessage(tried));"
    (unpacked / "probe.js").write_text(script)
    with extension_in(str(request.param), standin, unpacked) as clear:
        yield clear


def targets(standin: Standin) -> list[str]:
    """Addresses that answer everybody: a foreign one, and one at a named host but beyond what is named of it."""
    return [standin.page_url("/leak"), "https://www.flickr.com/leak"]


def leaks(standin: Standin) -> Counter[str]:
    """The ways by which something got out."""
    return Counter(next(iter(request.params), "?") for request in standin.asked(path="/leak"))


def test_the_browser_itself_closes_every_other_way(probed: Clear) -> None:
    standin = probed.standin
    standin.add_page("/leak", "/* whatever */", "text/javascript", {"Access-Control-Allow-Origin": "*"})
    tries = f"Promise.all({json.dumps(targets(standin)[:1])}.map({WAYS_OUT}))"
    page = probed.browser.open(standin.page_url("/"))
    (count,) = page.evaluate(tries)
    page.close()
    ways = leaks(standin)
    assert len(ways) >= count - 1 >= 13, ways  # from an ordinary page nearly all of them lead out
    standin.requests.clear()
    tries = f"Promise.all({json.dumps(targets(standin))}.map({WAYS_OUT}))"
    for path in ("popup/popup.html?start", "options/options.html"):
        page = probed.browser.extension_page(path)
        page.wait_until("document.querySelector('button') !== null")
        probed.browser.messages.clear()
        assert page.evaluate(tries) == [count, count]
        assert leaks(standin) == Counter()
        told = [message.text for message in probed.browser.messages]
        assert sum(re.search("Content.Security.Policy", text) is not None for text in told) >= count
        assert page.evaluate(IN_WORKER) == [7, 7]
        assert leaks(standin) == Counter()
        page.close()
    probed.browser.background(tries)
    assert leaks(standin) == Counter()
    # Nor by a named host that leads elsewhere.
    standin.faults = faults.first_of(*(faults.on(faults.redirect(targets(standin)[0]), host=host) for host in NAMED))
    page = probed.browser.extension_page("popup/popup.html?start")
    for address in ("https://www.flickr.com/services/feeds/", "https://live.staticflickr.com/1.jpg"):
        assert page.evaluate(f"fetch({json.dumps(address)}).then(() => 'led away', () => 'refused')") == "refused"
    assert len([request for request in standin.requests if request.host in NAMED]) == 2
    assert leaks(standin) == Counter()
    page.close()
    probed.browser.messages.clear()  # all of them are about this


@pytest.fixture
def tiger(tmp_path: Path, library: list[LibraryPhoto]) -> Path:
    file = tmp_path / "tiger.jpg"
    file.write_bytes(picture(next(photo for photo in library if photo.path.stem == "tiger")))
    return file


def test_delete_everything_does(clear: Clear, tiger: Path) -> None:
    with_key(clear)
    searched(clear, "/pictures/lemon.jpg").close()
    page = options(clear)
    kept = everything(page)
    assert kept["local"]["key"] == VALID_KEY
    for place in ("clear/sessions", "clear-memory/memory", "clear-quota/quota", "session"):
        assert place in kept
    clear.standin.latency = Latency(query=0.3, thumbnail=0.2)
    try:
        tab = clear.choose_file(tiger)
        tab.wait_until(f"{FOUND} >= 3", 60)  # it writes what it finds
        page.to_front()
        clear.click(page, "#forget-everything")
        clear.click(page, "#forget-everything-no")
        assert everything(page)  # asked first, and not done
        clear.click(page, "#forget-everything")
        page.evaluate("document.querySelector('#privacy').scrollIntoView()")
        clear.shoot(page, "options-delete-everything")
        clear.click(page, "#forget-everything-yes")
        page.wait_until("/^Everything is deleted/.test(document.querySelector('#privacy [role=status]').textContent)")
        assert everything(page) == {}
        assert page.evaluate("document.querySelector('#key').value") == ""
        assert page.evaluate("document.querySelector('#forget-memory').disabled")
        tab.to_front()
        tab.wait_until("!!document.querySelector('#choose')", 10)  # the search that ran has let go
        tab.evaluate("new Promise(later => setTimeout(later, 3000))")
        assert everything(page) == {}  # and does not write any more
    finally:
        clear.standin.latency = Latency()
    tab.close()
    page.close()
    popup = searched(clear, "/pictures/lemon.jpg")  # and all begins anew
    assert len(clear.results(popup)) == 30
    assert all("feeds" in request.path for request in clear.standin.asked("www.flickr.com")[-5:])  # without the key
    popup.close()


INCOGNITO = "(globalThis.browser ?? chrome).windows.getCurrent().then(({incognito}) => incognito)"
CLOSE_PRIVATE = """(async () => {
  const {windows} = globalThis.browser ?? chrome;
  for (const {id, incognito} of await windows.getAll()) if (incognito) await windows.remove(id);
})()"""
KEPT_BY_SEARCHES = ("Default/IndexedDB/", "storage/default/moz-extension")


def on_the_disk(browser: Browser, traces: Iterable[str]) -> list[str]:
    """Files of the browser's profile that hold one of these texts."""
    wanted = re.compile(b"|".join(re.escape(trace.encode()) for trace in traces))
    files = (path for path in browser.profile.rglob("*") if path.is_file() and not path.is_symlink())
    return [path.relative_to(browser.profile).as_posix() for path in files if wanted.search(read_if_there(path))]


def photo_numbers(standin: Standin) -> set[str]:
    """Numbers of the photos that were looked at: they stand in every address, however it is written."""
    hosts = ("live.staticflickr.com", "upload.wikimedia.org", "thumb.wikimedia.org")
    paths = [request.path for host in hosts for request in standin.asked(host)]
    return {number for path in paths for number in re.findall(r"\d{11}", path)}


def read_if_there(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def stays_private_in_an_ordinary_window(clear: Clear, page: Page, before: dict[str, Any]) -> None:
    """Where Chrome had to open a tab for a private search, since it could not open the popup."""
    current = "(globalThis.browser ?? chrome).storage.session.get().then(all => Object.values(all))"
    search = next(str(id_) for id_ in page.evaluate(current) if str(id_).endswith("-private"))
    tab = clear.browser.extension_page(f"popup/popup.html?session={search}")
    tab.wait_until(f"{DONE} && {IDLE}")
    assert not tab.evaluate(INCOGNITO)
    tab.click("#again")  # and so does what comes of it
    tab.wait_until(f"!({DONE})")
    tab.wait_until(f"{FOUND} > 0", 60)
    searches = "clear/sessions"
    assert everything(page).get(searches) == before.get(searches)
    tab.close()


@pytest.mark.parametrize(("service", "title"), [("flickr_feed", "Flickr"), ("commons", "Wikimedia Commons")])
@pytest.mark.parametrize("browser", names())
def test_a_private_window_leaves_nothing_behind(
    standin: Standin, browser: str, service: str, title: str, tiger: Path
) -> None:
    with extension_in(browser, standin) as clear:
        if service != "flickr_feed":
            choose(clear, service, queries=20).close()  # Commons is asked 200 times a minute at most
        clear.browser.allow_private()
        page = options(clear)
        before = everything(page)
        private = clear.browser.private_start()
        private.wait_until("!!document.querySelector('#file')")
        assert private.evaluate(INCOGNITO)
        private.set_input_files("#file", [tiger])
        private.wait_until(DONE, 120)
        private.wait_until(IDLE, 30)
        assert len(clear.results(private)) == 30
        private_photos = photo_numbers(standin)
        assert len(private_photos) > 50
        # Chrome shows the extension in tabs of ordinary windows only: no way may lead there. In Firefox this is a tab.
        assert private.evaluate("!document.querySelector('#open-tab')")
        if browser == "chromium":
            stays_private_in_an_ordinary_window(clear, page, before)
        else:  # Chrome opens the settings in an ordinary window, too
            private.evaluate("location.href = '/options/options.html'")
            private.wait_until("!!document.querySelector('#forget-private') && !document.querySelector('#forget')")
            clear.shoot(private, "options-private")
        private.evaluate("void close()")
        page.evaluate(CLOSE_PRIVATE)
        page.evaluate("new Promise(later => setTimeout(later, 1000))")
        assert everything(page) == before
        page.close()
        standin.requests.clear()
        found_at(clear, "/pictures/rose.jpg", title).close()
        ordinary_photos = photo_numbers(standin)
        poll(lambda: on_the_disk(clear.browser, ordinary_photos), 20, "an ordinary search to leave its traces")
        assert len(private_photos - ordinary_photos) > 20
        traces = on_the_disk(clear.browser, private_photos - ordinary_photos)
        # Among what an ordinary search keeps there are photos that it did not look at.
        assert [file for file in traces if not file.startswith(KEPT_BY_SEARCHES)] == []
