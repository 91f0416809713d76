// Feeds the extension's readers of strangers' texts: node readers.mjs LIB < JSON {links: [text…], data: [text…], service}
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const from = (name) => import(pathToFileURL(path.join(process.argv[2], name)).href);
const [links, { blobFromDataUrl }] = await Promise.all([from('links.js'), from('data-url.js')]);
let text = '';
for await (const part of process.stdin.setEncoding('utf-8')) text += part;
const asked = JSON.parse(text);

const photo = (address) => ({ service: asked.service, page_url: address, thumbnail_url: address, fallback_url: address, license_url: address });
const answers = {
  links: asked.links.map((address) => ['pageLink', 'thumbnailLink', 'fallbackLink', 'licenseLink'].map((name) => {
    const link = links[name](photo(address));
    return link === undefined ? null : link;
  })),
  data: await Promise.all(asked.data.map(async (address) => {
    try {
      const blob = blobFromDataUrl(address);
      return [blob.type, Buffer.from(await blob.arrayBuffer()).toString('base64')];
    } catch (error) {
      return error instanceof Error ? null : 'threw something that is no Error';
    }
  })),
};
console.log(JSON.stringify(answers));
