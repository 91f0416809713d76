// @ts-check
/** What counts as similar: the scores, an editor for the user's own, and the last search in the order of the one shown. */
import { RoomError } from '../engine/room.js';
import { sentence, t } from '../lib/i18n.js';
import { Ranker } from '../lib/ranker.js';
import { SHIPPED, newOwnId, ownScores, saveOwnScores, shippedCode, shippedTitle } from '../lib/scores.js';
import { html, useEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { Given } from './score-given.js';
import { Preview } from './score-preview.js';

/** @typedef {import('./options.js').Props} Props */
/** @typedef {import('../types').OwnScore} OwnScore */
/** @typedef {import('../types').ScoreName} ScoreName */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {{ranked: import('../lib/ranker.js').Ranked[], needs: string[], ms: number}} Ranking */

const PAUSE_MS = 250; // in typing
const MAX_FILE = 200_000;

/** @param {string} id @returns {id is import('../types').ShippedScore} */
const ships = (id) => SHIPPED.some((name) => name === id);

/** @param {Props} props */
export function Score({ settings, change }) {
  const [own, setOwn] = useState(/** @type {OwnScore[]} */ ([]));
  const [id, setId] = useState(settings.score);
  const [code, setCode] = useState('');
  const [count, setCount] = useState(-1);
  const [ranking, setRanking] = useState(/** @type {Ranking | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [given, setGiven] = useState(0); // counts changes of what scores may ask for
  const ranker = useRef(/** @type {Ranker | null} */ (null));
  const file = useRef(/** @type {HTMLInputElement | null} */ (null));
  const mine = own.find((one) => one.id === id);
  const waits = mine?.trusted === false;
  const shown = useRef(code);
  shown.current = code;

  useEffect(() => {
    void ownScores().then(setOwn);
    ranker.current = new Ranker();
    void ranker.current.open().then(setCount);
    return () => ranker.current?.close();
  }, []);
  useEffect(() => {
    if (ships(id)) void shippedCode(id).then(setCode);
    else if (mine) setCode(mine.code);
  }, [id, mine?.id]);
  useEffect(() => {
    if (!code || waits || count < 1) return undefined;
    const pause = setTimeout(async () => {
      try {
        const found = await ranker.current?.rank(ships(id) ? id : 'own', code, settings.className);
        if (!found || shown.current !== code) return;
        setRanking(found);
        setProblem(null);
      } catch (error) {
        if (error instanceof RoomError && shown.current === code) setProblem(error.problem); // the last good ranking stays
      }
    }, ranking ? PAUSE_MS : 0);
    return () => clearTimeout(pause);
  }, [code, waits, count, settings.className, given]);

  /** @param {OwnScore[]} scores */
  const keep = (scores) => {
    setOwn(scores);
    void saveOwnScores(scores);
  };
  /** @param {Partial<OwnScore>} changes */
  const edit = (changes) => keep(own.map((one) => (one.id === id ? { ...one, ...changes } : one)));
  /** @param {string} title @param {string} text @param {boolean} trusted */
  const add = (title, text, trusted) => {
    const made = { id: newOwnId(), title, code: text, trusted };
    keep([...own, made]);
    setId(made.id);
    setCode(text);
    setProblem(null);
  };
  const remove = () => {
    keep(own.filter((one) => one.id !== id));
    if (settings.score === id) change({ score: SHIPPED[0] });
    setId(SHIPPED[0]);
  };
  const title = ships(id) ? shippedTitle(id) : mine?.title ?? '';
  const take = async () => {
    const chosen = file.current?.files?.[0];
    if (!chosen || !file.current) return;
    if (chosen.size <= MAX_FILE) add(chosen.name.replace(/\.py$/, ''), await chosen.text(), false);
    file.current.value = '';
  };
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([code], { type: 'text/x-python' }));
    link.download = `${title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60) || 'score'}.py`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const inForce = settings.score === id;
  return html`
    <section class="card" id="score">
      <h2><label for="score-name">${t('options_score_heading')}</label></h2>
      <p class="muted">${t('options_score_text')}</p>
      <div class="row">
        <select id="score-name" value=${id} onChange=${(/** @type {any} */ event) => setId(event.currentTarget.value)}>
          <optgroup label=${t('options_score_shipped')}>${SHIPPED.map((name) => html`<option key=${name} value=${name}>${shippedTitle(name)}</option>`)}</optgroup>
          ${own.length > 0 && html`<optgroup label=${t('options_score_own')}>${own.map((one) => html`<option key=${one.id} value=${one.id}>${one.title}</option>`)}</optgroup>`}
        </select>
        <button class="button primary" id="use-score" disabled=${inForce || waits} onClick=${() => change({ score: id })}>${t(inForce ? 'options_score_used' : 'options_score_use')}</button>
      </div>
      ${mine && html`<label class="row"><b>${t('options_score_title')}</b><input type="text" id="score-title" value=${mine.title} maxlength="80" onInput=${(/** @type {any} */ event) => edit({ title: event.currentTarget.value })} /></label>`}
      ${waits && html`<div class="notice" id="score-imported" role="alert"><p>${t('options_score_imported')}</p><button class="button" id="trust-score" onClick=${() => edit({ trusted: true })}>${t('options_score_trust')}</button></div>`}
      <${Code} code=${code} fixed=${!mine} problem=${problem} onEdit=${(/** @type {string} */ text) => { setCode(text); edit({ code: text }); }} />
      <div role="status" id="score-problem">${problem && html`<p class="notice bad">${sentence(problem)}</p>`}</div>
      <div class="row">
        <button class="button" id="copy-score" onClick=${() => add(t('options_score_copy_title', { title }), code, !waits)}>${t('options_score_copy')}</button>
        <button class="button" id="export-score" onClick=${save}>${t('options_score_export')}</button>
        <input type="file" id="import-score" accept=".py,text/x-python" hidden ref=${file} onChange=${take} />
        <button class="button" onClick=${() => file.current?.click()}>${t('options_score_import')}</button>
        ${mine && html`<button class="button" id="delete-score" onClick=${remove}>${t('options_score_delete')}</button>`}
      </div>
      <${Given} settings=${settings} change=${change} needs=${ranking?.needs ?? []} classes=${ranker.current?.classes ?? []} onGiven=${() => setGiven(given + 1)} />
      <${Preview} settings=${settings} count=${count} ranking=${ranking} onGiven=${() => setGiven(given + 1)} />
    </section>`;
}

/** @param {{code: string, fixed: boolean, problem: Problem | null, onEdit: (code: string) => void}} props */
function Code({ code, fixed, problem, onEdit }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const editor = useRef(/** @type {import('./score-editor.js').ScoreEditor | null} */ (null));
  const written = useRef('');
  const wasFixed = useRef(true);
  const latest = useRef(onEdit);
  latest.current = onEdit;
  const [ready, setReady] = useState(false);
  useEffect(() => {
    // A megabyte that the page need not wait for.
    void import('./score-editor.js').then(({ ScoreEditor }) => {
      if (!place.current) return;
      editor.current = new ScoreEditor(place.current, (text) => { written.current = text; latest.current(text); });
      setReady(true);
    });
    return () => editor.current?.destroy();
  }, []);
  useEffect(() => {
    if (!ready || (written.current === code && wasFixed.current === fixed)) return;
    written.current = code;
    wasFixed.current = fixed;
    editor.current?.show(code, fixed);
  }, [ready, code, fixed]);
  useEffect(() => {
    const line = Number(problem?.params.line);
    editor.current?.mark(problem && line ? { line, message: sentence(problem) } : null);
  }, [ready, problem]);
  return html`
    <div id="score-code" ref=${place}></div>
    <p class="muted">${t(fixed ? 'options_score_fixed' : 'options_score_names')}</p>`;
}
