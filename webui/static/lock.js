/* The screen lock: the page stays as it is, behind a mask, and the server answers nothing else. */
(() => {
  const { one, quiet, typing } = window.lantai;
  const channel = window.BroadcastChannel ? new BroadcastChannel('lantai-lock') : null;
  let last = Date.now(), before = null;
  const mask = () => one('#lock');
  const post = (url, form) => fetch(url, { method: 'POST', body: new FormData(form), headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });

  function cover() {
    if (!mask() || !mask().hidden) return;
    before = document.activeElement;
    document.documentElement.classList.add('is-locked');
    mask().hidden = false;
    one('input[type=password]', mask()).focus();
  }
  function uncover() {
    if (!mask() || mask().hidden) return;
    document.documentElement.classList.remove('is-locked');
    mask().hidden = true;
    const field = one('input[type=password]', mask());
    field.value = '';
    one('[data-wrong]', mask()).hidden = true;
    last = Date.now();
    if (before && before.isConnected) before.focus();
    document.dispatchEvent(new CustomEvent('unlocked'));
  }
  function lock() { // masked first: the server may be slow, the citizen's eyes are not
    cover();
    post('/lock', one('form', mask())).catch(() => {});
    if (channel) channel.postMessage('lock');
  }
  if (channel) channel.onmessage = e => (e.data === 'lock' ? cover() : uncover());

  for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel']) addEventListener(kind, () => { last = Date.now(); }, { passive: true });
  function start() {
    if (!mask()) return;
    const after = Number(mask().dataset.after) * 1000;
    if (after) setInterval(() => { if (mask().hidden && Date.now() - last > after) lock(); }, 1000);
    one('form', mask()).addEventListener('submit', e => {
      e.preventDefault();
      const form = e.target;
      post('/unlock', form).then(answer => {
        delete form.dataset.sent;
        if (answer.status === 204) { uncover(); if (channel) channel.postMessage('unlock'); return; }
        if (answer.status === 401 && answer.headers.get('HX-Reswap') && !answer.headers.get('X-Lantai-Wrong')) { location.assign('/login'); return; }
        one('[data-wrong]', mask()).hidden = false;
        one('input[type=password]', mask()).select();
      }).catch(() => { delete form.dataset.sent; });
    });
  }
  document.addEventListener('DOMContentLoaded', start);
  document.addEventListener('htmx:afterRequest', e => { if (e.detail.xhr && e.detail.xhr.status === 423) cover(); });
  document.addEventListener('click', e => { if (e.target.closest('[data-lock]')) { e.preventDefault(); lock(); } });
  document.addEventListener('keydown', e => {
    if (!mask() || !mask().hidden || typing(e.target) || quiet(e) || document.body.dataset.shortcuts === 'off' || e.key.toLowerCase() !== 'l') return;
    e.preventDefault();
    lock();
  });
})();
