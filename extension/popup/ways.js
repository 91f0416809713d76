// @ts-check
/** The ways that lead out of this page, and into it: an address, a photo that was found, the page below the popup, a tab. */
import { AddressError, pictureAt, pictureOf } from '../lib/address.js';
import { POPUP_PAGE, currentTab, openPage } from '../lib/browser.js';
import { wantPick } from '../lib/signals.js';

/** @typedef {import('./store.js').Store} Store */

/** The user wants a picture of the page below this popup, which is in the way. */
export async function pickOnPage() {
  await wantPick(await currentTab());
  close();
}

/** The same page with more room. A search that runs goes on there. @param {Store} store */
export async function moveToTab({ view: { session, engine, page } }) {
  const search = session && `?session=${session.id}${engine === 'idle' ? '' : '&go'}`;
  await openPage(POPUP_PAGE + (search ?? (page === 'history' ? '?history' : '?start')));
  close();
}

/** What was dropped or pasted cannot be searched for. @param {Store} store @param {string} code */
export async function refuse(store, code) {
  // A search that is shown stays; its notice would not be about it.
  if (store.view.page === 'start') await store.showStart({ code, params: {} });
}

/** Back to the start, with an address for the user to say yes to. @param {Store} store @param {string} address */
export async function offerAddress(store, address) {
  if (store.view.popup && !store.view.tabs) {
    await refuse(store, 'address_private');
  } else if (store.view.popup) {
    await openPage(`${POPUP_PAGE}?start&address=${encodeURIComponent(address)}`);
    close();
  } else {
    await store.startOver(null, address);
  }
}

/** A new search with the picture at an address; in a gesture. @param {Store} store @param {string} address */
export const beginAt = (store, address) => begin(store, pictureAt(address), 'address', address);

/** A new search with a photo that was found. @param {Store} store @param {import('../types').Photo} photo */
export const beginFrom = (store, photo) => begin(store, pictureOf(photo, store.view.isPrivate), 'result');

/**
 * @param {Store} store
 * @param {Promise<Blob>} coming
 * @param {import('../types').PictureSource} source
 * @param {string} [address] to be offered again if it does not come
 */
async function begin(store, coming, source, address) {
  try {
    await store.begin(await coming, source);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    await store.showStart(error.problem, address);
  }
}
