// @ts-check
/** The first page: what Clear does, in three steps, and a picture to try it with at once. Asks for nothing. */
import { POPUP_PAGE, api, isPrivateWindow } from '../lib/browser.js';
import { localizePage, menuTitle, promise, t } from '../lib/i18n.js';
import { createSession, newSessionId } from '../lib/sessions.js';
import { icons } from '../popup/icons.js';
import { html, render } from '../vendor/js/preact.mjs';

const SAMPLE = 'balloons.jpg';
const SERVICE = 'flickr_feed'; // that is asked until another is chosen

/** A search with the sample, in the place of this page. */
async function tryIt() {
  const picture = await (await fetch(SAMPLE)).blob();
  const { id } = await createSession(newSessionId(await isPrivateWindow()), picture, 'file');
  location.assign(api.runtime.getURL(`${POPUP_PAGE}?session=${id}`));
}

const Steps = () => html`
  <ol class="steps">
    <li><div class="art see" aria-hidden="true"><img src=${SAMPLE} alt="" /><span>${icons.search} ${menuTitle(SERVICE)}</span></div>
      <h2>${t('welcome_see_title')}</h2><p>${t('welcome_see_text')}</p></li>
    <li><div class="art words" aria-hidden="true"><span>balloon</span><span>sky</span><span>sunrise</span></div>
      <h2>${t('welcome_words_title')}</h2><p>${t('welcome_words_text')}</p></li>
    <li><div class="art photos" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i></div>
      <h2>${t('welcome_photos_title')}</h2><p>${t('welcome_photos_text')}</p></li>
  </ol>`;

const Try = () => html`
  <section class="try" aria-labelledby="try-heading">
    <img id="sample" src=${SAMPLE} width="960" height="720" alt=${t('welcome_picture')} />
    <div>
      <h2 id="try-heading">${t('welcome_try_heading')}</h2>
      <p>${t('welcome_try_text')}</p>
      <button class="button primary" id="try" onClick=${tryIt}>${icons.search} ${t('welcome_try')}</button>
      <p class="muted">${t('welcome_other_ways')}</p>
    </div>
  </section>`;

const Keys = () => html`
  <div class="keys">
    <section><h2>${t('welcome_free_title')}</h2><p>${t('welcome_free_text')}</p></section>
    <section><h2>${t('welcome_key_title')}</h2><p>${t('welcome_key_text')}</p>
      <button class="button" id="open-options" onClick=${() => api.runtime.openOptionsPage()}>${icons.settings} ${t('settings')}</button></section>
  </div>`;

localizePage();
document.title = t('welcome_title');
render(html`
  <main>
    <header><img src="../icons/icon.svg" width="56" height="56" alt="" /><h1>${t('welcome_heading')}</h1><p class="lead">${t('welcome_lead')}</p></header>
    <${Steps} />
    <${Try} />
    <${Keys} />
    <footer><p>${icons.lock} ${promise(SERVICE)}</p><p lang="en" dir="ltr">${t('flickr_notice')}</p></footer>
  </main>`, document.body);
