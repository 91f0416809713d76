// @ts-check
/** The networks of this build, and the user's own. */
import { readOwnDescription, readOwnModel } from '../lib/own-model.js';

/** @typedef {import('../types').Network} Network */
/** @typedef {{json: string, network: Network, beside: Network | null}} Chosen   json: model.json, for Python */

const models = new URL('../vendor/models/', import.meta.url);
export const DEFAULT = 'efficientnet_lite0_176';

/** @param {string} name @returns {Promise<Chosen>} */
async function shipped(name) {
  const answer = await fetch(new URL(`${name}/model.json`, models)).catch(() => null);
  if (!answer?.ok) throw Object.assign(new Error(name), { problem: { code: 'model_missing', params: { name } } });
  const json = await answer.text();
  const { wiring } = JSON.parse(json);
  return { json, network: { path: new URL(`${name}/${wiring.file}`, models).href, bytes: null, wiring }, beside: null };
}

/** The user's network in this wiring: without class scores of its own the default one stands beside it. @param {Uint8Array<ArrayBuffer>} bytes @param {import('../types').Wiring} wiring */
export async function ownNetwork(bytes, wiring) {
  const { network: beside, json } = await shipped(DEFAULT);
  return { network: { path: '', bytes, wiring }, beside: wiring.logits === null ? beside : null, classes: JSON.parse(json).classes };
}

/**
 * A network by the name that the settings hold.
 * @param {string} name
 * @returns {Promise<Chosen>}
 * @throws {Error} with `problem`: it is not there
 */
export async function choose(name) {
  if (name !== 'own') return shipped(name);
  const own = await readOwnModel();
  if (!own) throw Object.assign(new Error(name), { problem: { code: 'model_missing', params: { name } } });
  const { wiring } = JSON.parse(own.json);
  return { json: own.json, ...await ownNetwork(own.bytes, { side: 224, ...wiring }) }; // of before there were others
}

/** What tells a network from another of the same name: the user's own may be another file meanwhile. @param {string} name */
export const identityOf = async (name) => (name === 'own' ? await readOwnDescription() ?? name : name);
