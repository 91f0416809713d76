// @ts-check
/** The user's own network, as it was checked: its file and how it is run (py/clear_core/own_model.py). */
import { createStore, get, getMany, setMany } from '../vendor/js/idb-keyval.mjs';

/** @typedef {{json: string, bytes: Uint8Array<ArrayBuffer>}} OwnModel   json: as model.json of the build's networks */

const store = createStore('clear-model', 'model');

/** How it is run, without its bytes. @type {() => Promise<string | undefined>} */
export const readOwnDescription = () => get('json', store);

/** @returns {Promise<OwnModel | undefined>} */
export async function readOwnModel() {
  const [json, bytes] = await getMany(['json', 'bytes'], store);
  return json && bytes ? { json, bytes } : undefined;
}

/** @param {OwnModel} model */
export const keepOwnModel = ({ json, bytes }) => setMany([['json', json], ['bytes', bytes]], store);
