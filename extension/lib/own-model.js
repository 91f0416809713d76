// @ts-check
/** The user's own network, as it was checked: its file and how it is run (py/clear_core/own_model.py). */
import { createStore, del, get, set } from '../vendor/js/idb-keyval.mjs';

/** @typedef {{json: string, bytes: Uint8Array<ArrayBuffer>}} OwnModel   json: as model.json of the build's networks */

const store = createStore('clear-model', 'model');
const KEY = 'own';

/** @type {() => Promise<OwnModel | undefined>} */
export const readOwnModel = () => get(KEY, store);

/** @param {OwnModel} model */
export const keepOwnModel = (model) => set(KEY, model, store);

export const forgetOwnModel = () => del(KEY, store);
