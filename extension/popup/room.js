// @ts-check
/**
 * How large the popup is, decided once. After every change Chrome measures a popup anew, first as if it were 25 pixels
 * wide. Rules that depend on its width would switch twice each time, and the whole page with them: half of what the page
 * did was that. So on a desktop's screen the style sheets `data-by-size` hold always or never.
 */

const [WIDTH, HEIGHT] = [780, 600];
const COLUMNS = 620; // px: with less the picture stands above the photos, and all of it scrolls together (narrow.css)
const OPEN = 100; // px: what is smaller is not the popup yet

/** Does the condition of a style sheet hold in this room? @param {string} media @param {{width: number, height: number}} room */
const holds = (media, room) => media.split(',').some((one) => {
  const [, end, side, size] = /\((min|max)-(width|height): (\d+)px\)/.exec(one) ?? [];
  const has = room[/** @type {'width' | 'height'} */ (side)];
  return end === 'min' ? has >= Number(size) : has <= Number(size);
});

/** Gives the popup its size, and a smaller one when the browser grants no more: 800 × 600 by the page zoom of its settings. */
export function fitPopup() {
  const root = document.documentElement;
  const sheets = /** @type {HTMLLinkElement[]} */ ([...document.querySelectorAll('link[data-by-size]')]);
  const conditions = sheets.map(({ media }) => media);
  let room = { width: WIDTH, height: HEIGHT };
  const fit = () => {
    root.style.setProperty('--width', `${room.width}px`);
    root.style.setProperty('--height', `${room.height}px`);
    root.classList.toggle('in-popup', room.width >= COLUMNS);
    root.classList.toggle('in-small-popup', room.width < COLUMNS);
    sheets.forEach((sheet, i) => { sheet.media = holds(conditions[i], room) ? 'all' : 'not all'; });
  };
  fit();
  addEventListener('resize', () => {
    if (innerWidth < OPEN || (innerWidth >= room.width && innerHeight >= room.height)) return;
    room = { width: Math.min(room.width, innerWidth), height: Math.min(room.height, innerHeight) };
    fit();
  });
}
