// @ts-check
import { html } from '../vendor/js/preact.mjs';

/** @param {string} name of the class @param {string[]} paths */
const draw = (name, paths) => html`
  <svg class=${name} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
    ${paths.map((d) => html`<path d=${d} />`)}
  </svg>`;

/** Line icons on a 24 × 24 grid, drawn for this project. @param {string[]} paths */
const icon = (...paths) => draw('', paths);
/** One that points on or back, as the text runs. @param {string[]} paths */
const pointing = (...paths) => draw('points', paths);

export const icons = {
  picture: icon('M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Z', 'm3.5 17 5-5 4 4 3-3 5 5', 'M15.5 9.2v-.1'),
  area: icon('M4 8V6a2 2 0 0 1 2-2h2', 'M16 4h2a2 2 0 0 1 2 2v2', 'M20 16v2a2 2 0 0 1-2 2h-2', 'M8 20H6a2 2 0 0 1-2-2v-2', 'M11 10.5 17 13l-2.6 1-1 2.6z'),
  link: icon('M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1', 'M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1'),
  copy: icon('M9 9h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1Z', 'M5 15V5a1 1 0 0 1 1-1h9'),
  done: icon('m5 13 4.5 4.5L19 7'),
  save: icon('M12 4v11', 'm7.5 11 4.5 4.5 4.5-4.5', 'M5 20h14'),
  settings: icon('M4 7h10', 'M18 7h2', 'M4 17h2', 'M10 17h10', 'M16 5v4', 'M8 15v4'),
  tab: icon('M13 5h6v6', 'm19 5-8 8', 'M10 6H6a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-4'),
  stop: icon('M7 7h10v10H7Z'),
  again: icon('M19 12a7 7 0 1 1-2.2-5.1', 'M19.5 3.5v4h-4'),
  onward: pointing('M5 12h13', 'm13 6 6 6-6 6'),
  back: pointing('M19 12H6', 'm11 6-6 6 6 6'),
  warning: icon('M12 4 2.8 19.5h18.4Z', 'M12 10v4.5', 'M12 17.2v.1'),
  lock: icon('M6 11h12v8H6Z', 'M8.5 11V8a3.5 3.5 0 0 1 7 0v3'),
  tag: icon('M4 4h7l9 9-7 7-9-9Z', 'M8 8.1V8'),
  bin: icon('M5 7h14', 'M10 7V4h4v3', 'm7 7 1 13h8l1-13'),
  close: icon('m6.5 6.5 11 11', 'm17.5 6.5-11 11'),
  clock: icon('M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z', 'M12 7.5V12l3 2'),
  crop: icon('M7 3v11a3 3 0 0 0 3 3h11', 'M3 7h11a3 3 0 0 1 3 3v11'),
  never: icon('M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z', 'm6.5 6.5 11 11'),
  score: icon('M5 19v-5', 'M10 19V9', 'M15 19v-7', 'M20 19V5'),
  search: icon('M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z', 'm15.5 15.5 5 5'),
  none: icon('M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z', 'm15.5 15.5 5 5', 'm8.5 8.5 4 4', 'm12.5 8.5-4 4'),
};
