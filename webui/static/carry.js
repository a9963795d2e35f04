/* An answer takes the place of a part of the page. What it cannot know, since it was typed after the question left, is carried over. */
(() => {
  const { one, all } = window.lantai;
  const FIELDS = 'input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea';
  let carried = [], places = [], folds = [], focus = null, form = null, due = false, composing = null, pressed = null, choosing = null;
  const late = new Map(); // part that was not replaced: who asked for it
  // Half a character, what is pressed and not yet let go, a file that is being looked for: their places stay.
  const inHand = target => [composing, pressed, choosing].some(el => el && target.contains(el));

  const ticks = el => el.type === 'checkbox' || el.type === 'radio';
  const words = el => String(el.value).replace(/\r/g, '');
  const sameFile = (a, b) => b && a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

  function changed(el) { // by a person or a device, since the page was drawn
    if (ticks(el)) return el.checked !== el.defaultChecked;
    if (el.type === 'file') return el.files.length > 0;
    if (el.options) return el.selectedIndex !== Math.max(0, [...el.options].findIndex(o => o.defaultSelected));
    return el.value !== el.defaultValue;
  }
  function told(el, asked) { // the server repeats what it was told
    if (asked.verb === 'get') return !changed(el);
    const sent = asked.formData.getAll(el.name);
    if (ticks(el)) return sent.includes(el.value) === el.checked;
    if (el.type === 'file') return [...el.files].every(file => sent.some(one => sameFile(file, one)));
    return sent.length ? sent.some(one => String(one).replace(/\r/g, '') === words(el)) : !changed(el);
  }
  function twin(el) { // the same field in what came
    if (el.id && !el.dataset.parked) { const same = document.getElementById(el.id); if (same) return same; }
    if (!el.name) return null;
    return all(`[name="${CSS.escape(el.name)}"]`).find(other => other !== el && !other.dataset.parked && (!ticks(el) || other.value === el.value)) || null;
  }
  function park(el) { // the part has no such field any more: its words go with the form
    if (!form || !form.isConnected || ticks(el) || !el.value) return;
    el.removeAttribute('id');
    el.dataset.parked = '1';
    el.hidden = true;
    form.append(el);
  }
  function give({ el, on }) {
    const to = twin(el);
    if (!to) { park(el); return; }
    if (ticks(el)) to.checked = on;
    else if (el.type === 'file') to.files = el.files;
    else to.value = el.value;
    if (el.dataset.parked) el.remove();
  }

  const byItself = (target, elt) => Boolean(target.dataset.refresh) || elt === target;
  function remember(target, asked) {
    const at = document.activeElement;
    due = true;
    carried = [...all(FIELDS, target), ...all('[data-parked]')].filter(el => el.name || el.id).filter(el => !told(el, asked))
      .map(el => ({ el, on: el.checked })); // a radio that came takes the mark from the one that goes
    places = [...all('[data-queue], .scroll', target)].map(el => [el.scrollTop, el.scrollLeft]);
    folds = byItself(target, asked.elt) ? all('details', target).map(el => el.open) : [];
    focus = target.contains(at) ? { at, start: null, end: null } : null;
    form = (one(FIELDS, target) || {}).form || target.closest('form');
    if (focus) try { focus.start = at.selectionStart; focus.end = at.selectionEnd; } catch (e) { /* a field without a caret */ }
  }
  function restore(came) {
    carried.forEach(give);
    all('[data-parked]').forEach(el => { if (twin(el)) el.remove(); });
    all('[data-queue], .scroll', came).forEach((el, n) => { if (places[n]) [el.scrollTop, el.scrollLeft] = places[n]; });
    const folded = all('details', came); // what a person unfolded stays so where the part looks again by itself
    if (folds.length === folded.length) folded.forEach((el, n) => { el.open = folds[n]; });
    const to = focus && !focus.at.isConnected && twin(focus.at);
    if (to) {
      if (document.activeElement !== to) to.focus({ preventScroll: true });
      if (focus.start !== null) try { to.setSelectionRange(focus.start, focus.end); } catch (e) { /* a field without a caret */ }
    }
    carried = []; places = []; folds = []; focus = form = null; due = false;
  }

  document.addEventListener('htmx:beforeSwap', e => {
    const { target, xhr, requestConfig } = e.detail;
    for (const note of all('[data-refused]', target)) note.remove();
    if (!e.detail.shouldSwap) return;
    if (xhr.status >= 400) { // the part stays as it is, and says why it could not be read again
      e.detail.swapOverride = 'afterbegin';
      e.detail.selectOverride = '[data-refused]';
    } else if (!requestConfig.elt.matches('a') && inHand(target)) {
      e.detail.shouldSwap = false;
      late.set(target, requestConfig.elt);
    } else remember(target, requestConfig);
  });
  document.addEventListener('htmx:afterSwap', e => { if (due) restore(document.getElementById(e.detail.target.id) || document); });

  function askAgain() {
    for (const [target, elt] of [...late]) {
      if (inHand(target)) continue;
      late.delete(target);
      if (!target.isConnected || !elt.isConnected || elt.dataset.sent) continue;
      if (target.dataset.refresh) window.lantai.refresh(target);
      else if (elt !== target) window.htmx.trigger(elt, elt.matches('form') ? 'settled' : 'change'); // a part that looks by itself does so soon
    }
  }
  document.addEventListener('compositionstart', e => { composing = e.target; });
  document.addEventListener('compositionend', () => { composing = null; askAgain(); });
  document.addEventListener('pointerdown', e => { choosing = null; if (!e.button) pressed = e.target; });
  for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, () => setTimeout(() => { pressed = null; askAgain(); }));
  document.addEventListener('click', e => { if (e.target.matches('input[type=file]')) choosing = e.target; });
  for (const name of ['change', 'cancel']) document.addEventListener(name, e => { if (e.target === choosing) { choosing = null; askAgain(); } });
})();
