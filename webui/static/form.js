/* Forms: Enter goes on, Ctrl+Enter sends, one press sends once, parts follow what is chosen. */
(() => {
  const { one, all, typing, quiet } = window.lantai;

  document.addEventListener('keydown', e => { // nothing has the focus: the page's one main act
    const only = all('[data-main]');
    if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey) || e.target.form || only.length !== 1 || only[0].disabled) return;
    e.preventDefault();
    only[0].click();
  });
  document.addEventListener('keydown', e => {
    const form = e.target.form;
    if (!form || e.isComposing || e.keyCode === 229) return;
    const main = one('[data-main]', form);
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && main) { e.preventDefault(); main.click(); return; }
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 's' && one('[data-save]', form)) { e.preventDefault(); one('[data-save]', form).click(); return; }
    if (e.key !== 'Enter' || !form.hasAttribute('data-enter-next') || !e.target.matches('input, select')) return;
    e.preventDefault();
    const next = stops(form);
    const at = next.indexOf(e.target);
    const group = e.target.type === 'radio' ? e.target.name : '';
    const to = next.slice(at + 1).find(el => !group || el.name !== group);
    if (to) { to.focus(); if (to.select) to.select(); }
  });
  const stops = form => all('input:not([type=hidden]), select, textarea, button', form).filter(el => !el.disabled && el.offsetParent !== null
    && (el.type !== 'radio' || el.checked || !one(`input[name="${CSS.escape(el.name)}"]:checked`, form) && el === one(`input[name="${CSS.escape(el.name)}"]`, form)));

  document.addEventListener('keydown', e => { // Alt+1..9 jump to a block of a long form
    if (!e.altKey || e.ctrlKey || !/^Digit[1-9]$/.test(e.code)) return;
    const block = one(`[data-block="${e.code.slice(5)}"]`);
    if (!block) return;
    e.preventDefault();
    const first = one('input:not([type=hidden]), select, textarea', block);
    (first || block).focus();
    block.scrollIntoView({ block: 'start' });
  });

  document.addEventListener('keydown', e => { // 1..9 choose where no text is typed
    if (typing(e.target) || quiet(e) || document.body.dataset.shortcuts === 'off' || !/^[1-9]$/.test(e.key)) return;
    const choice = all('[data-digits] input[type=radio]')[e.key - 1];
    if (choice) { e.preventDefault(); choice.click(); choice.focus(); }
  });

  document.addEventListener('submit', e => { // a double click sends once
    const form = e.target;
    if (form.method !== 'post' || form.hasAttribute('hx-post') && !e.submitter) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    if (e.submitter) e.submitter.setAttribute('aria-busy', 'true');
  });
  const DOUBLE_CLICK_MS = 700;
  document.addEventListener('click', e => { // its second half is not meant for the page that the first half brought
    if (e.detail > 1 && performance.now() < DOUBLE_CLICK_MS && e.target.closest('form[method="post"] button')) e.preventDefault();
  }, true);
  addEventListener('pageshow', () => {
    for (const form of all('form[data-sent]')) delete form.dataset.sent;
    for (const button of all('[aria-busy]')) button.removeAttribute('aria-busy');
  });

  const chosen = name => { const el = one(`[name="${CSS.escape(name)}"]:checked, select[name="${CSS.escape(name)}"]`); return el ? el.value : ''; };
  function follow() { // <div data-when="category=marriage_registration">
    for (const part of all('[data-when]')) {
      const [name, values] = part.dataset.when.split('=');
      part.hidden = !values.split('|').includes(chosen(name));
    }
    for (const el of all('[data-script-only]')) el.hidden = false;
    for (const el of all('[data-no-script]')) el.hidden = true;
  }
  document.addEventListener('DOMContentLoaded', follow);
  document.addEventListener('change', follow);
  document.addEventListener('htmx:afterSettle', follow);
  document.addEventListener('htmx:afterSwap', follow, true); // before the words are carried over: a hidden field takes no focus

  let timer = 0, composing = false; // `settled`: typing has paused and no character is being composed
  const settle = form => { clearTimeout(timer); timer = setTimeout(() => { if (!composing && !form.dataset.sent) form.dispatchEvent(new CustomEvent('settled', { bubbles: true })); }, 300); };
  document.addEventListener('compositionstart', () => { composing = true; });
  document.addEventListener('compositionend', e => { composing = false; const f = e.target.closest('form[data-settle]'); if (f) settle(f); });
  for (const kind of ['input', 'change']) document.addEventListener(kind, e => { const f = e.target.closest && e.target.closest('form[data-settle]'); if (f && e.target.type !== 'password') settle(f); });
  document.addEventListener('visibilitychange', () => { const f = one('form[data-settle]:not([data-keep]):not([data-sent])'); if (f && document.hidden) f.dispatchEvent(new CustomEvent('settled', { bubbles: true })); });

  document.addEventListener('click', e => {
    if (e.target.closest('[data-print]')) print();
    const toggle = e.target.closest('[data-toggle]');
    if (toggle) { const on = one('main').classList.toggle(toggle.dataset.toggle); toggle.setAttribute('aria-pressed', String(on)); }
  });
})();
