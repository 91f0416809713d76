// @ts-check
/** What some scores ask for: a class of the network, a picture that results shall not be like, photos that were marked. */
import { EngineClient } from '../engine/client.js';
import { t } from '../lib/i18n.js';
import { bytesForEngine } from '../lib/picture.js';
import { forgetMarks, marks, otherPicture, setOtherPicture } from '../lib/taste.js';
import { html, useEffect, useRef, useState } from '../vendor/js/preact.mjs';

/** @typedef {import('./options.js').Props} Props */

/** @param {Props & {needs: string[], classes: string[], onGiven: () => void}} props */
export function Given({ settings, change, needs, classes, onGiven }) {
  return html`
    ${needs.includes('class_name') && html`
      <div class="given"><label>${t('options_score_class')}
        <input type="text" id="score-class" list="score-classes" value=${settings.className} onChange=${(/** @type {any} */ event) => change({ className: event.currentTarget.value })} /></label>
        ${classes.length > 0 && !classes.includes(settings.className) && html`<span class="notice" role="status">${t('options_score_class_unknown')}</span>`}
        <datalist id="score-classes">${classes.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist></div>`}
    ${needs.includes('other') && html`<${Other} settings=${settings} onGiven=${onGiven} />`}
    <${Marks} asked=${needs.includes('marked')} onGiven=${onGiven} />`;
}

/** Looks at a picture and keeps it as the one that results shall not be like. @param {Blob} picture @param {string} model */
export async function chooseOther(picture, model) {
  const engine = new EngineClient();
  try {
    const seen = await engine.look(await bytesForEngine(picture), model);
    await setOtherPicture({ picture, ...seen });
  } finally {
    engine.close();
  }
}

/** @param {{settings: Props['settings'], onGiven: () => void}} props */
function Other({ settings, onGiven }) {
  const [url, setUrl] = useState('');
  const [failed, setFailed] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const show = async () => {
    const picture = await otherPicture();
    setUrl(picture ? URL.createObjectURL(picture) : '');
  };
  useEffect(() => {
    void show();
    addEventListener('clear-other', show);
    return () => removeEventListener('clear-other', show);
  }, []);
  const take = async () => {
    const file = input.current?.files?.[0];
    if (!file) return;
    setFailed(await chooseOther(file, settings.model).then(() => false, () => true));
    await show();
    onGiven();
  };
  const remove = async () => {
    await setOtherPicture(null);
    await show();
    onGiven();
  };
  return html`
    <div class="given" id="score-other">
      ${url && html`<img src=${url} alt=${t('options_score_other')} />`}
      <span>${t(url ? 'options_score_other' : 'options_score_other_none')}</span>
      <input type="file" id="other-file" accept="image/*" hidden ref=${input} onChange=${take} />
      <button class="button" onClick=${() => input.current?.click()}>${t('choose_picture')}</button>
      ${url && html`<button class="button" id="other-remove" onClick=${remove}>${t('options_score_delete')}</button>`}
      ${failed && html`<p class="notice bad" role="alert">${t('error_picture_unreadable')}</p>`}
    </div>`;
}

/** @param {{asked: boolean, onGiven: () => void}} props */
function Marks({ asked, onGiven }) {
  const [counts, setCounts] = useState({ liked: 0, disliked: 0 });
  const count = async () => {
    const all = await marks();
    const liked = all.filter((one) => one.liked).length;
    setCounts({ liked, disliked: all.length - liked });
  };
  useEffect(() => { void count(); }, [asked]);
  const forget = async () => {
    await forgetMarks();
    await count();
    onGiven();
  };
  const some = counts.liked + counts.disliked > 0;
  if (!asked && !some) return null;
  return html`
    <div class="given" id="score-marks">
      <span>${some ? t('options_score_marks', counts) : t('options_score_marks_none')}</span>
      ${some && html`<button class="button" id="forget-marks" onClick=${forget}>${t('options_score_marks_forget')}</button>`}
    </div>`;
}
