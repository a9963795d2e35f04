/* The workbench: keys, marks of compared fields, image tools. */
(() => {
  const { one, all, typing, quiet } = window.lantai;

  function step(by) {
    const rows = all('[data-queue] a');
    const at = rows.findIndex(row => row.hasAttribute('aria-current'));
    const to = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (to && to !== rows[at]) to.click();
  }

  let zoom = 1, turn = 0;
  function view(how) {
    const image = one('[data-sheet]');
    if (!image) return;
    if (how === 'in') zoom = Math.min(5, zoom * 1.25);
    if (how === 'out') zoom = Math.max(.4, zoom / 1.25);
    if (how === 'turn') turn = (turn + 90) % 360;
    if (how === 'fit') { zoom = 1; turn = 0; }
    image.style.transform = `rotate(${turn}deg)`;
    image.style.maxWidth = 'none';
    one('[data-record]', image).style.width = '100%';
    image.style.width = (zoom * 100) + '%';
    image.closest('figure').style.width = '100%';
  }

  const open = () => all('[data-mark-row]').filter(row => !row.classList.contains('is-marked'));
  function next() { // to the first field that nobody compared yet, else to the password
    const row = open()[0], to = row ? one('input[type=radio]', row) : one('#password');
    if (to) { to.focus(); to.scrollIntoView({ block: 'nearest' }); }
  }
  function choose(row, n) { // 1 same, 2 corrected, 3 not on the page
    const radio = one(`input[value="${['same', 'corrected', 'not_recorded'][n - 1]}"]`, row);
    if (!radio) return;
    radio.click();
    if (n !== 2) next();
  }
  function turnPage(by) {
    const pages = all('.viewer .tools a[aria-current], .viewer .tools a[hx-get]');
    const to = pages[pages.findIndex(page => page.hasAttribute('aria-current')) + by];
    if (to) to.click();
  }
  function find(text) { // hides rows of the list that do not hold the text
    const box = one('[data-find]');
    for (const row of all(box.dataset.find)) row.hidden = text !== '' && !row.textContent.includes(text);
  }

  function marks() { // 同意出证 waits until every printed field was compared with the image
    const rows = all('[data-mark-row]');
    let open = 0;
    for (const row of rows) {
      const mark = one('input[type=radio]:checked', row), words = one('input[type=text]', row);
      const done = Boolean(mark) && (mark.value !== 'corrected' || words.value.trim() !== '');
      row.classList.toggle('is-marked', done);
      if (!done) open += 1;
    }
    for (const button of all('[data-needs-marks]')) button.disabled = open > 0;
    for (const left of all('[data-marks-left]')) { left.hidden = open === 0; one('b', left).textContent = open; }
  }

  document.addEventListener('click', e => { const tool = e.target.closest('[data-view]'); if (tool) view(tool.dataset.view); });
  document.addEventListener('change', e => {
    if (!e.target.closest('[data-mark-row]')) return;
    marks();
    if (e.target.value === 'corrected') { const words = one('input[type=text]', e.target.closest('[data-mark-row]')); words.focus(); words.select(); }
  });
  document.addEventListener('input', e => { if (e.target.closest('[data-mark-row]')) marks(); if (e.target.matches('[data-find]')) find(e.target.value.trim()); });
  function ready() { for (const el of all('[data-view]')) el.hidden = false; if (one('[data-mark-row]')) marks(); }
  document.addEventListener('DOMContentLoaded', ready);
  document.addEventListener('htmx:afterSettle', e => { if (e.target.closest && e.target.closest('#viewer')) { zoom = 1; turn = 0; } ready(); const box = one('[data-find]'); if (box && box.value) find(box.value.trim()); });

  setInterval(() => { // an answer that waits: when its seconds are over, read what became of it
    const held = one('[data-due]');
    if (!held || Date.now() + window.lantai.offset() < Number(held.dataset.due) + 400) return;
    held.removeAttribute('data-due');
    location.reload();
  }, 500);

  const VIEWS = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit', 'r': 'turn' };
  document.addEventListener('keydown', e => {
    if (typing(e.target) || quiet(e) || document.body.dataset.shortcuts === 'off') return;
    const key = e.key.toLowerCase(), row = e.target.closest && e.target.closest('[data-mark-row]');
    if (row && /^[123]$/.test(key)) { choose(row, Number(key)); e.preventDefault(); return; }
    if (e.target.matches && e.target.matches('input[type=radio], rect') && key.startsWith('arrow')) return;
    const button = one(`[data-key="${CSS.escape(key)}"]`);
    if (key === 'j' || key === 'k') step(key === 'j' ? 1 : -1);
    else if (key === 'm' && one('[data-mark-row]')) next();
    else if ((key === 'arrowleft' || key === 'arrowright') && one('.viewer')) turnPage(key === 'arrowright' ? 1 : -1);
    else if (button && button.matches('input')) button.focus();
    else if (key === '?' && one('[data-help]')) one('[data-help]').click();
    else if (VIEWS[key] && one('[data-record]')) view(VIEWS[key]);
    else if (button && !button.disabled) { button.click(); if (button.tagName === 'SUMMARY') { const box = one('input[type=text], textarea', button.parentElement); if (box && button.parentElement.open) box.focus(); } }
    else return;
    e.preventDefault();
  });
})();
