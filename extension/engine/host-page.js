// @ts-check
/** Chrome's offscreen document: the click that opened it tells which network will be asked for. */
import { hostEngine } from './host.js';

hostEngine(new URLSearchParams(location.search).get('model'), () => {
  close();
  return new Promise(() => {}); // nobody borrows from a page that is about to go
});
