// @ts-check
/** The result page: the popup of the toolbar button, and the same page in a tab (`?session=ID`). */
import { isPopup } from '../lib/browser.js';
import { localizePage, t } from '../lib/i18n.js';
import { html, render } from '../vendor/js/preact.mjs';
import { App } from './app.js';
import { fitPopup } from './room.js';
import { Store } from './store.js';

localizePage();
document.title = t('extension_short_name');
// A telephone's whole screen is the popup's.
if (isPopup() && matchMedia('(min-device-width: 800px)').matches) fitPopup();

const store = new Store((view) => render(html`<${App} store=${store} view=${view} />`, document.body));
void store.open();
