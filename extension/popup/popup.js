// @ts-check
/** The result page: the popup of the toolbar button, and the same page in a tab (`?session=ID`). */
import { isPopup } from '../lib/browser.js';
import { localizePage, t } from '../lib/i18n.js';
import { html, render } from '../vendor/js/preact.mjs';
import { App } from './app.js';
import { Store } from './store.js';

localizePage();
document.title = t('extension_short_name');
document.documentElement.classList.toggle('in-popup', isPopup());
// After every change Chrome measures a popup anew, first as if it were 25 pixels wide. Rules that depend on the width would
// switch twice each time, and the whole page with them: half of what the page did was that. A popup has one size anyway
// (but on a telephone's screen).
if (isPopup() && matchMedia('(min-device-width: 800px)').matches) {
  for (const sheet of document.querySelectorAll('link[data-by-size]')) sheet.remove();
}

const store = new Store((view) => render(html`<${App} store=${store} view=${view} />`, document.body));
void store.open();
