// @ts-check

const TEST_TIMEOUT_MS = 15_000;
const MAX_MESSAGE = 200; // letters of Flickr's own

/**
 * Asks Flickr for one photo with a key.
 * @param {string} key
 * @returns {Promise<import('../types').Problem | null>} null: the key works
 */
export async function testKey(key) {
  const service = 'Flickr';
  const url = new URL('https://www.flickr.com/services/rest/');
  url.search = new URLSearchParams({
    method: 'flickr.photos.search', api_key: key, text: 'sea', per_page: '1', format: 'json', nojsoncallback: '1',
  }).toString();
  let answer;
  try {
    answer = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: AbortSignal.timeout(TEST_TIMEOUT_MS) });
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    return late
      ? { code: 'service_timeout', params: { service, seconds: TEST_TIMEOUT_MS / 1000 } }
      : { code: 'service_unreachable', params: { service } };
  }
  if (answer.status === 429) return { code: 'service_busy', params: { service } };
  if (answer.status >= 500) return { code: 'service_down', params: { service } };
  const body = await answer.json().catch(() => null);
  if (body?.stat === 'ok') return null;
  if (body?.stat !== 'fail') return { code: 'service_answer_unreadable', params: { service } };
  switch (Number(body.code)) {
    case 100: return { code: 'service_key_invalid', params: { service } };
    case 0: case 10: case 105: case 201: return { code: 'service_down', params: { service } };
    default: return { code: 'service_refused', params: { service, message: String(body.message ?? body.code).replaceAll(key, '…').slice(0, MAX_MESSAGE) } };
  }
}
