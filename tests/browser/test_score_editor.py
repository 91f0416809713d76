"""The score editor: the last search takes its new order while one types, and mistakes say where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clear_core.scores import SHIPPED
from tests.browser.clear import ENDED, PROBLEM, Clear
from tests.browser.driver import Page

RANKED = """[...document.querySelectorAll('#score-preview li')].map(item => ({
  id: item.dataset.photo, score: Number(item.dataset.score), owner: item.querySelector('.owner').textContent}))"""
SHADOW = "document.querySelector('#score-code').shadowRoot"
SAID = "document.querySelector('#score-problem .notice')?.textContent"


@pytest.fixture(scope="module")
def searched(clear: Clear) -> Clear:
    """A browser in which a search was made."""
    popup = clear.search("/pictures/tiger.jpg")
    popup.wait_until(ENDED, 120)
    assert popup.evaluate(PROBLEM) is None
    popup.close()
    return clear


@pytest.fixture
def page(searched: Clear) -> Any:
    page = searched.browser.extension_page("options/options.html")
    page.wait_until("document.querySelectorAll('#score-preview li').length === 30", 30)
    page.wait_until(f"!!{SHADOW}?.querySelector('.cm-content')")
    searched.standin.requests.clear()
    yield page
    page.close()


def show(page: Page, name: str) -> None:
    page.evaluate(f"""(select => {{
      select.value = {json.dumps(name)};
      select.dispatchEvent(new Event('change', {{bubbles: true}}));
    }})(document.querySelector('#score-name'))""")


def write(page: Page, code: str) -> None:
    """Replace the text of the editor, as typing would, and remember when."""
    page.evaluate(f"""import('/vendor/js/codemirror.mjs').then(({{EditorView}}) => {{
      const view = EditorView.findFromDOM({SHADOW}.querySelector('.cm-editor'));
      globalThis.typed = performance.now();
      const watch = new MutationObserver(() => {{ globalThis.reordered = performance.now(); }});
      watch.observe(document.querySelector('#score-preview'), {{subtree: true, childList: true, attributes: true}});
      view.dispatch({{changes: {{from: 0, to: view.state.doc.length, insert: {json.dumps(code)}}}}});
    }})""")


def own_score(clear: Clear, page: Page) -> None:
    show(page, "cosine")
    page.wait_until(f"{SHADOW}.querySelector('.cm-content').textContent.includes('cosine')")
    clear.click(page, "#copy-score")
    page.wait_until(f"{SHADOW}.querySelector('.cm-content').isContentEditable")


def test_the_order_changes_as_one_types_without_a_question(searched: Clear, page: Page) -> None:
    own_score(searched, page)
    write(page, "def score(candidates, source):\n    return [-len(photo.title) for photo in candidates.photos]\n")
    page.wait_until(f"{RANKED}.every(({{score}}) => score < 0 && Number.isInteger(score))")
    scores = [item["score"] for item in page.evaluate(RANKED)]
    assert scores == sorted(scores, reverse=True) and len(scores) == 30
    took, ranking = page.evaluate("[reordered - typed, document.querySelector('#score-ranked').dataset.ms]")
    print(f"\n{searched.browser.name}: keystroke to new order {took:.0f} ms: 250 ms of pause, {ranking} ms of ranking")
    assert searched.standin.asked("www.flickr.com") == []
    searched.shoot(page, "score-editor")


@pytest.mark.parametrize(
    ("body", "words", "line"),
    [
        ("return candidates.colour", "AttributeError", 2),
        ("return [float('nan')] * len(candidates)", "NaN", 2),
        ("x = 1\n    while True: pass", "loop for ever", None),
        ("print('hello')\n    return [1] * len(candidates)", "“hello”", None),
        ("return (", "not Python", 2),
    ],
)
def test_a_mistake_says_where_and_the_last_good_order_stays(
    searched: Clear, page: Page, body: str, words: str, line: int | None
) -> None:
    own_score(searched, page)
    write(page, "def score(candidates, source):\n    return [len(photo.title) for photo in candidates.photos]\n")
    page.wait_until(f"{RANKED}.every(({{score}}) => Number.isInteger(score))")
    before = page.evaluate(RANKED)
    write(page, f"def score(candidates, source):\n    {body}\n")
    assert words in page.wait_until(SAID, 10)
    assert page.evaluate(RANKED) == before
    if line:
        page.wait_until(f"!!{SHADOW}.querySelector('.cm-failed, .cm-lintPoint')")
        marked = f"{SHADOW}.querySelector('.cm-failed, .cm-lintPoint').closest('.cm-line')"
        assert page.evaluate(f"[...{SHADOW}.querySelectorAll('.cm-line')].indexOf({marked}) + 1") == line
        searched.shoot(page, "score-mistake")
    write(page, "def score(candidates, source):\n    return [-len(photo.title) for photo in candidates.photos]\n")
    page.wait_until(f"!{SAID} && {RANKED}.every(({{score}}) => score < 0)", 10)


def test_every_score_that_ships_ranks_the_last_search(searched: Clear, page: Page) -> None:
    orders = set()
    for name in SHIPPED:
        show(page, name)
        page.wait_until(f"{SHADOW}.querySelector('.cm-content').textContent.includes('def score')")
        page.evaluate("new Promise(resolve => setTimeout(resolve, 700))")
        assert page.evaluate(SAID) is None, name
        ranked = page.evaluate(RANKED)
        assert len(ranked) == 30
        orders.add(tuple(item["id"] for item in ranked))
    assert len(orders) >= 4
    assert searched.standin.asked("www.flickr.com") == []


def test_a_score_from_a_file_runs_only_when_its_reader_says_so(
    searched: Clear, page: Page, tmp_path: Path
) -> None:
    before = page.evaluate(RANKED)
    recipe = tmp_path / "from a friend.py"
    recipe.write_text("def score(candidates, source):\n    return [-float(photo.id) for photo in candidates.photos]\n")
    page.set_input_files("#import-score", [recipe])
    page.wait_until("!!document.querySelector('#score-imported')")
    page.wait_until(f"{SHADOW}.querySelector('.cm-content').textContent.includes('photo.id')")
    page.evaluate("new Promise(resolve => setTimeout(resolve, 800))")
    assert page.evaluate(RANKED) == before
    assert page.evaluate("document.querySelector('#use-score').disabled")
    searched.click(page, "#trust-score")
    page.wait_until(f"{RANKED}.every(({{score}}) => score < -1000)", 10)
    searched.click(page, "#use-score")
    page.wait_until("document.querySelector('#use-score').disabled")
    searched.click(page, "#delete-score")
    page.wait_until("document.querySelector('#score-name').value === 'exponential'")
    stored = page.evaluate("(globalThis.browser ?? chrome).storage.local.get(['score', 'scores'])")
    assert stored["score"] == "exponential"
    assert all(item["title"] != "from a friend" for item in stored["scores"])


def test_photos_that_are_marked_teach_my_taste(searched: Clear) -> None:
    popup = searched.search("/pictures/tiger.jpg")
    popup.wait_until(ENDED, 120)
    for number in range(3):
        popup.evaluate(f"document.querySelectorAll('#results .like')[{number}].click()")
        popup.evaluate(f"document.querySelectorAll('#results .dislike')[{20 + number}].click()")
    popup.wait_until("document.querySelectorAll('#results [aria-pressed=true]').length === 6")
    liked = [item["id"] for item in searched.results(popup)[:3]]
    searched.shoot(popup, "marks")
    popup.close()
    page = searched.browser.extension_page("options/options.html")
    page.wait_until("document.querySelectorAll('#score-preview li').length === 30", 30)
    show(page, "my_taste")
    page.wait_until("document.querySelector('#score-marks')?.textContent.includes('3')")
    page.wait_until(f"{RANKED}.every(({{score}}) => score > 0 && score < 1)", 10)
    ranked = [item["id"] for item in page.evaluate(RANKED)]
    assert set(liked) <= set(ranked[:12])
    searched.click(page, "#forget-marks")
    page.wait_until("!document.querySelector('#forget-marks')")
    page.close()


def test_not_like_this_leads_away_from_a_photo(searched: Clear, page: Page) -> None:
    show(page, "not_like_this")
    page.wait_until("!!document.querySelector('#score-preview .unlike')", 10)
    first = page.evaluate(RANKED)[0]["id"]
    searched.click(page, "#score-preview .unlike")
    page.wait_until("!!document.querySelector('#other-remove')", 30)
    page.wait_until(f"{RANKED}[0].id !== {json.dumps(first)}", 10)
    searched.click(page, "#other-remove")
    page.wait_until(f"{RANKED}[0].id === {json.dumps(first)}", 10)
