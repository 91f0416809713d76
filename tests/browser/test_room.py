"""The closed room: a user's score reaches nothing, and whatever it does the page gets a sentence soon."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.browser.clear import Clear
from tests.browser.driver import Page

ESCAPE = Path(__file__).with_name("escape.py").read_text(encoding="utf-8")
ROOT = Path(__file__).resolve().parents[2]

OPEN_ROOM = """(async () => {
  const [{Room}, {shippedCode}] = await Promise.all([import('/engine/room.js'), import('/lib/scores.js')]);
  const model = await (await fetch('/vendor/models/efficientnet_lite0_176/model.json')).text();
  const record = () => new Uint8Array(2 * 1280 + 2 * 1000 + 3072);
  const photo = {id: '1', service: 'x', title: '', owner: '', tags: [], thumbnail_url: '', page_url: '', license: null,
                 license_url: null, width: null, height: null, fallback_url: null};
  globalThis.room = new Room();
  globalThis.ask = async (text) => {
    try {
      await room.ask({call: 'furnish', model, class_name: null, liked: []}, {source: record()});
      await room.ask({call: 'hold', photos: [photo]}, {held: record()});
      const before = performance.now();
      globalThis.took = () => performance.now() - before;
      const answer = await room.ask({call: 'rank', name: 'mine', text});
      return {answer, ms: took()};
    } catch (error) {
      return {problem: error.problem ?? String(error), ms: globalThis.took?.()};
    }
  };
  return (await ask(await shippedCode('cosine'))).answer.order.length;
})()"""


@pytest.fixture(scope="module")
def page(clear: Clear) -> Page:
    page = clear.browser.extension_page("options/options.html")
    assert page.evaluate(OPEN_ROOM) == 1
    return page


def ask(page: Page, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate(f"ask({json.dumps(text)})")
    return answer


TRIES = re.findall(r"@attempt\ndef (\w+)", ESCAPE)


def test_no_way_leads_out(clear: Clear, page: Page) -> None:
    clear.standin.requests.clear()
    outcomes = {}
    for name in TRIES:
        problem = ask(page, ESCAPE.replace('NAME = ""', f'NAME = "{name}"'))["problem"]
        message = problem["params"].get("message") or problem["code"]
        ended = "" if message.startswith("Exception: ") else "closed, and the room is made anew: "
        outcomes[name] = ended + message.removeprefix("Exception: ")
    outcomes |= page.evaluate(FRAME)
    time.sleep(1)  # whatever went out would be there now
    outcomes["requests that reached a server"] = str(len(clear.standin.requests))
    text = "".join(f"{name:32} {outcome}\n" for name, outcome in outcomes.items())
    print(f"\nWays out of the closed room, {clear.browser.name}:\n{text}")
    (ROOT / "dist" / f"room-{clear.browser.name}.txt").write_text(text, encoding="utf-8")
    assert len(TRIES) >= 15
    assert [outcome for outcome in outcomes.values() if "OPEN" in outcome] == []
    assert clear.standin.requests == []


# The frame itself, seen from the page that made it: an origin of its own, out of reach in both directions.
FRAME = """(() => {
  const frame = document.querySelector('iframe[sandbox]');
  let inside = 'closed';
  try { inside = frame.contentWindow.document ? 'OPEN' : 'closed'; } catch (error) { inside = `closed: ${error.name}`; }
  return {'the page looks into the frame': inside, 'rights of the frame': frame.getAttribute('sandbox')};
})()"""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("while True: pass", "score_timeout"),
        ("return [0] * (2 * 10 ** 8)", "score_memory"),
        ("x = []\n    while True: x.append(bytearray(10 ** 7))", "score_memory"),
        ("import re\n    return re.match('(a+)+b', 'a' * 40)", "score_timeout"),
        ("return 10 ** 10 ** 9", "score_timeout"),
        ("return 'good'", "score_not_numbers"),
        ("return [float('nan')]", "score_not_finite"),
        ("return [1, 2]", "score_shape"),
        ("print('hello')\n    return [1]", "score_printed"),
        ("raise SystemExit", "score_raised"),
        ("import sys\n    sys.setrecursionlimit(10 ** 9)\n    return score(candidates, source)", "score_"),
    ],
)
def test_whatever_it_does_a_sentence_comes_and_the_room_is_there_again(page: Page, body: str, code: str) -> None:
    answer = ask(page, f"def score(candidates, source):\n    {body}\n")
    assert answer["problem"]["code"].startswith(code)
    print(f"{code}: {answer['ms']:.0f} ms")
    after = ask(page, "def score(candidates, source):\n    return [7]\n")
    assert after["answer"]["scores"] == [7]
