// @ts-check
/** The engine's only way to the network. Which hosts it can reach is decided by the extension's CSP, not here. */
import { free } from '../lib/free.js';

const MAX_BYTES = 32e6; // a page of answers is 100 kB, a thumbnail 30 kB

/** @param {string} name @param {unknown} cause */
const named = (name, cause) => Object.assign(new Error(cause instanceof Error ? cause.message : String(cause)), { name });

/** Is this a photo, and not a question? Those have parameters. @param {string} url */
const isPicture = (url) => new URL(url).search === '';

/** Wikimedia wants to know what asks. https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy */
const AGENT = { 'Api-User-Agent': 'Clear (browser extension; its user searches photos like one of his)' };

/** Headers of an answer that the core reads; every one that is handed to Python takes its time. */
const READ = new Set(['content-type', 'retry-after']);

/** @param {string} url @returns {Record<string, string>} */
const headersFor = (url) => (new URL(url).hostname === 'commons.wikimedia.org' ? AGENT : {});

/**
 * One GET: no cookies, no referrer. Any status is an answer; redirects are followed, as far as the CSP lets them.
 * @param {string} url
 * @param {number} timeoutMs for the whole answer, body included
 * @param {boolean} isPrivate of a private window: nothing may come to the disk, the browser's cache included
 * @returns {Promise<import('../types').HttpAnswer>} header names in lower case, those that are read
 * @throws {Error} with `name` "TimeoutError" or "NetworkError"
 */
export async function get(url, timeoutMs, isPrivate) {
  try {
    const answer = await fetch(url, {
      credentials: 'omit',
      headers: headersFor(url),
      referrerPolicy: 'no-referrer',
      cache: isPicture(url) && !isPrivate ? 'default' : 'no-store', // the result grid shows the pictures again
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await readAll(answer);
    return {
      status: answer.status,
      url: answer.url,
      headers: Object.fromEntries([...answer.headers].filter(([name]) => READ.has(name))),
      body,
      done: () => free(body.buffer),
    };
  } catch (error) {
    const late = error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError');
    throw named(late ? 'TimeoutError' : 'NetworkError', error);
  }
}

/** A search reads a hundred megabytes, which nobody wants when they are read. @param {Response} answer */
async function readAll(answer) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let size = 0;
  const reader = answer.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    parts.push(part.value);
    size += part.value.length;
    if (size > MAX_BYTES) {
      await reader?.cancel();
      throw new Error(`answer larger than ${MAX_BYTES} bytes`);
    }
  }
  if (parts.length === 1) return parts[0];
  const body = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
    free(part.buffer);
  }
  return body;
}
