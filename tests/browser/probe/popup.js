const api = globalThis.browser ?? globalThis.chrome;
const element = (id) => document.getElementById(id);

async function show() {
  const { clicked } = await api.storage.local.get('clicked');
  element('clicked').textContent = clicked ? JSON.stringify(clicked) : '';
}
api.storage.onChanged.addListener(show);
show();
element('button').addEventListener('click', (event) => {
  element('button').textContent = event.isTrusted ? 'pressed' : 'pretended';
});
