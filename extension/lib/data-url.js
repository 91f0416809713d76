// @ts-check

/**
 * The bytes of a `data:` URL, without asking the network stack for them (the extension's CSP would refuse).
 * @param {string} url
 * @returns {Blob}
 * @throws {Error} when it is not a readable `data:` URL
 */
export function blobFromDataUrl(url) {
  const parts = /^data:([^,]*?)(;base64)?,(.*)$/is.exec(url);
  if (!parts) throw new Error('not a data: URL');
  const [, type, base64, body] = parts;
  const text = decodeURIComponent(body.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  if (!base64) return new Blob([text], { type });
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length); // from() would make a string and a number of every byte, eight megabytes for half a one
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return new Blob([bytes], { type });
}
