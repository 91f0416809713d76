// @ts-check
import { useLayoutEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { pictureFrom } from './incoming.js';
import { offerAddress, refuse } from './ways.js';

/**
 * Pictures that are dropped or pasted anywhere on the page start a search.
 * @param {import('./store.js').Store} store
 * @returns {boolean} is something being dragged over the page?
 */
export function usePictureDrops(store) {
  const [dragging, setDragging] = useState(false);
  const depth = useRef(0);
  useLayoutEffect(() => { // who sees the page can drop: an effect would listen only after the next picture of the page
    /** @param {DataTransfer | null} data @param {'drop' | 'paste'} source */
    const take = (data, source) => {
      const picture = data && pictureFrom(data);
      if (typeof picture === 'string') void offerAddress(store, picture);
      else if (picture) void store.begin(picture, source);
      return Boolean(picture);
    };
    /** @type {Record<string, (event: any) => void>} */
    const handlers = {
      dragenter: (event) => { event.preventDefault(); setDragging(++depth.current > 0); },
      dragleave: () => { depth.current = Math.max(0, depth.current - 1); setDragging(depth.current > 0); },
      dragover: (event) => event.preventDefault(),
      drop: (event) => {
        event.preventDefault();
        depth.current = 0;
        setDragging(false);
        if (!take(event.dataTransfer, 'drop')) void refuse(store, 'not_a_picture');
      },
      paste: (event) => {
        if (event.target instanceof HTMLInputElement && !event.clipboardData?.files.length) return; // text for a field
        if (take(event.clipboardData, 'paste')) event.preventDefault();
        else void refuse(store, 'not_a_picture');
      },
    };
    for (const [name, handler] of Object.entries(handlers)) addEventListener(name, handler);
    return () => { for (const [name, handler] of Object.entries(handlers)) removeEventListener(name, handler); };
  }, [store]);
  return dragging;
}
