// @ts-check
/** Cuts out the part of the picture that is meant: with the mouse, a finger, a pen or the keyboard. */
import { WHOLE, between, cornered, cutOut, moved } from '../lib/crop.js';
import { t } from '../lib/i18n.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';

/** @typedef {import('../lib/crop.js').Frame} Frame */
/** @typedef {import('../lib/crop.js').Corner} Corner */

const CORNERS = /** @type {const} */ (['top_left', 'top_right', 'bottom_left', 'bottom_right']);
const STEP = 0.01;
const LONG_STEP = 0.1;
const START = Object.freeze({ left: 0.1, top: 0.1, right: 0.9, bottom: 0.9 });

/** @param {string} name @returns {Corner} */
const cornerOf = (name) => ({ x: name.endsWith('left') ? 'left' : 'right', y: name.startsWith('top') ? 'top' : 'bottom' });

/** @param {{picture: Blob, use: (part: Blob) => void, away: () => void}} props   away: it is closed */
export function Cropper({ picture, use, away }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const close = () => {
    dialog.current?.close(); // gives the focus back to what had it
    away();
  };
  const stage = useRef(/** @type {HTMLElement | null} */ (null));
  const [url, setUrl] = useState('');
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [frame, setFrame] = useState(/** @type {Frame} */ (START));
  const grip = useRef(/** @type {((x: number, y: number) => Frame) | null} */ (null)); // what a movement makes of the frame
  useLayoutEffect(() => {
    dialog.current?.showModal();
    /** @type {HTMLElement | null | undefined} */ (dialog.current?.querySelector('.cut-frame'))?.focus();
  }, []);
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);

  /** Where on the picture, in shares of its sides. @param {PointerEvent} event */
  const at = ({ clientX, clientY }) => {
    const box = /** @type {HTMLElement} */ (stage.current).getBoundingClientRect();
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  };
  /** @param {PointerEvent} event */
  const down = (event) => {
    if (event.button !== 0) return;
    const from = at(event);
    const part = /** @type {HTMLElement} */ (event.target).closest('[data-grip]')?.getAttribute('data-grip');
    if (part === 'frame') grip.current = (x, y) => moved(frame, x - from.x, y - from.y);
    else if (part) grip.current = (x, y) => cornered(frame, cornerOf(part), x, y);
    else grip.current = (x, y) => between(from, { x, y });
    stage.current?.setPointerCapture(event.pointerId);
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    const { x, y } = at(event);
    if (grip.current) setFrame(grip.current(x, y));
  };
  const up = () => { grip.current = null; };
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.key === 'Escape') {
      event.preventDefault(); // or else a popup closes with its dialogue
      close();
      return;
    }
    const [x, y] = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[event.key] ?? [0, 0];
    const part = /** @type {HTMLElement} */ (event.target).getAttribute('data-grip');
    if ((!x && !y) || !part) return;
    event.preventDefault();
    const step = event.shiftKey ? LONG_STEP : STEP;
    if (part === 'frame') return setFrame(moved(frame, x * step, y * step));
    const corner = cornerOf(part);
    setFrame(cornered(frame, corner, frame[corner.x] + x * step, frame[corner.y] + y * step));
  };
  const pixels = { width: Math.round((frame.right - frame.left) * size.width), height: Math.round((frame.bottom - frame.top) * size.height) };
  const take = async () => {
    const part = await cutOut(picture, frame);
    close();
    use(part);
  };
  const percent = (/** @type {number} */ share) => `${share * 100}%`;
  return html`
    <dialog class="cropper" ref=${dialog} aria-labelledby="crop-title" onKeyDown=${pressed} onCancel=${(/** @type {Event} */ event) => { event.preventDefault(); close(); }}>
      <header><h2 id="crop-title">${t('crop_title')}</h2>
        <button class="button round" title=${t('close')} aria-label=${t('close')} onClick=${close}>${icons.close}</button></header>
      <div class="stage-frame">
        <div class="stage" ref=${stage} dir="ltr" style=${{ '--ratio': size.height ? size.width / size.height : 1 }} onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up}>
          ${url && html`<img src=${url} alt=${t('source_alt')} draggable=${false} onLoad=${(/** @type {any} */ { target }) => setSize({ width: target.naturalWidth, height: target.naturalHeight })} />`}
          <div class="cut" style=${{ left: percent(frame.left), top: percent(frame.top), right: percent(1 - frame.right), bottom: percent(1 - frame.bottom) }}>
            <button class="cut-frame" data-grip="frame" aria-label=${t('crop_frame', pixels)} aria-describedby="crop-hint"></button>
            ${CORNERS.map((name) => html`<button class=${`corner ${name}`} data-grip=${name} aria-label=${t(`crop_corner_${name}`)}></button>`)}
          </div>
        </div>
      </div>
      <p class="hint" id="crop-hint">${t('crop_hint')}</p>
      <div class="about-actions">
        <button class="button" onClick=${() => setFrame(WHOLE)}>${t('crop_whole')}</button>
        <span class="push"></span>
        <button class="button" onClick=${close}>${t('cancel')}</button>
        <button class="button primary" id="crop-use" disabled=${!size.width} onClick=${take}>${icons.search} ${t('crop_use')}</button>
      </div>
    </dialog>`;
}
