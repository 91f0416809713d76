// @ts-check
/** A folder of the user's own photos: chosen, read by the core, and kept in this browser (lib/folder.js). */
import { EngineClient, problemOf } from '../engine/client.js';
import { forgetFolder, keepFolder, keptFolder } from '../lib/folder.js';
import { sentence, t } from '../lib/i18n.js';
import { html, useEffect, useRef, useState } from '../vendor/js/preact.mjs';

const MAX_PHOTOS = 5000;
const READ = /\.(jpe?g|png|webp|gif|bmp)$/i;
const LISTS = /^photos\.jsonl?$/;

/** @typedef {{kind: 'good' | 'bad' | 'busy', text: string}} Verdict */

/** @param {{onKept: () => void, onForgotten: () => void}} props */
export function FolderForm({ onKept, onForgotten }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [kept, setKept] = useState(/** @type {{name: string, photos: number} | undefined} */ (undefined));
  const [verdict, setVerdict] = useState(/** @type {Verdict | null} */ (null));
  useEffect(() => { void keptFolder().then(setKept, () => {}); }, []);
  const read = async () => {
    const all = [...input.current?.files ?? []];
    if (!all.length) return;
    setVerdict({ kind: 'busy', text: t('options_folder_reading', { done: 0 }) });
    const { facts, problem } = await keep(all, (done) => setVerdict({ kind: 'busy', text: t('options_folder_reading', { done }) }));
    if (input.current) input.current.value = '';
    setVerdict(problem ? { kind: 'bad', text: sentence(problem) } : null);
    if (!facts) return;
    setKept(facts);
    onKept();
  };
  const forget = async () => {
    await forgetFolder();
    setKept(undefined);
    onForgotten();
  };
  return html`
    <div class="key" id="folder">
      <p class="muted">${kept ? t('options_folder_kept', kept) : t('options_folder_none')}</p>
      <div class="row">
        <input type="file" id="folder-files" webkitdirectory multiple hidden ref=${input} onChange=${read} />
        <button class="button" id="choose-folder" disabled=${verdict?.kind === 'busy'} onClick=${() => input.current?.click()}>${t('options_folder_choose')}</button>
        ${kept && html`<button class="button" id="forget-folder" onClick=${forget}>${t('options_folder_forget')}</button>`}
      </div>
      <div role="status" id="folder-verdict">${verdict && html`<p class=${`notice ${verdict.kind}`}>${verdict.text}</p>`}</div>
    </div>`;
}

/**
 * @param {File[]} all
 * @param {(done: number) => void} onProgress
 * @returns {Promise<{facts: {name: string, photos: number} | null, problem: import('../types').Problem | null}>}
 */
async function keep(all, onProgress) {
  /** @type {Map<string, File>} */
  const files = new Map();
  for (const file of all) {
    // Less the folder's own name. Where folders cannot be chosen (on telephones), it is files that come, by their names.
    const name = file.webkitRelativePath.replace(/^[^/]*\//, '') || file.name;
    const hidden = name.split('/').some((part) => part.startsWith('.'));
    if (!hidden && (LISTS.test(name) || (READ.test(name) && files.size < MAX_PHOTOS))) files.set(name, file);
  }
  const engine = new EngineClient();
  try {
    const { photos, problem } = await engine.describeFolder(files);
    if (!photos) return { facts: null, problem };
    return { facts: await keepFolder(all[0].webkitRelativePath.split('/')[0] || all[0].name, photos, files, onProgress), problem: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { facts: null, problem: problemOf(message) };
  } finally {
    engine.close();
  }
}
