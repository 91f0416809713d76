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

const store = new Store((view) => render(html`<${App} store=${store} view=${view} />`, document.body));
void store.open();
