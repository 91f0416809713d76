// @ts-check
import { askedLately } from '../engine/quota.js';
import { t } from '../lib/i18n.js';
import { SERVICES } from '../lib/services.js';
import { html, useEffect, useState } from '../vendor/js/preact.mjs';

const HOUR = 3600;

/**
 * How much of what a service allows in an hour is used up, by all searches.
 * @param {{service: import('../types').Service, asked: number}} props   asked: by this search; tells when to look again
 */
export function Quota({ service, asked }) {
  const [used, setUsed] = useState(0);
  const { hourly, title } = SERVICES[service];
  useEffect(() => { void askedLately(title, HOUR).then(setUsed, () => {}); }, [title, asked]);
  if (!used || !hourly) return null;
  return html`
    <p class="quota" title=${t('quota_title')}>
      <i class=${`gauge ${used > 0.8 * hourly ? 'high' : ''}`} style=${{ '--used': Math.min(1, used / hourly) }}></i>
      ${t('quota', { asked: used, allowed: hourly })}</p>`;
}
