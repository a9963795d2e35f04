/* Covers on a page image: drawn with the mouse, moved with the arrow keys, typed as numbers. */
(() => {
  const { one, all } = window.lantai;
  const SIDES = ['left', 'top', 'right', 'bottom'], NS = 'http://www.w3.org/2000/svg', LEAST = 5;
  const layer = () => one('svg[data-covers]');
  const list = page => one(`[data-boxes="${page}"] .boxes`);
  const inputs = row => SIDES.map(side => one(`input[name$=".${side}"]`, row));
  const clamp = n => Math.max(0, Math.min(1000, Math.round(n)));
  const valid = b => b.every(n => n >= 0 && n <= 1000) && b[0] < b[2] && b[1] < b[3];
  const read = row => inputs(row).map(i => i.value.trim() === '' ? -1 : Math.round(parseFloat(i.value) * 10));
  const write = (row, box) => inputs(row).forEach((input, n) => { input.value = String(clamp(box[n]) / 10); });
  const changed = row => inputs(row)[0].dispatchEvent(new Event('input', { bubbles: true }));

  function place(rect, box) {
    rect.setAttribute('x', box[0]); rect.setAttribute('y', box[1]);
    rect.setAttribute('width', box[2] - box[0]); rect.setAttribute('height', box[3] - box[1]);
  }
  function draw() { // the picture follows the numbers
    const svg = layer(), rows = svg && list(svg.dataset.covers);
    if (!rows) return;
    const kept = new Set();
    for (const row of all('[data-box]', rows)) {
      const box = read(row), number = row.dataset.box;
      one('[data-box-drop]', row).hidden = box.every(n => n < 0);
      let rect = one(`rect[data-row="${number}"]`, svg);
      if (!valid(box)) continue;
      if (!rect) { rect = document.createElementNS(NS, 'rect'); rect.dataset.row = number; svg.append(rect); }
      rect.setAttribute('tabindex', '0'); rect.setAttribute('role', 'button'); rect.setAttribute('aria-label', svg.dataset.word + ' ' + number);
      place(rect, box); kept.add(number);
    }
    for (const rect of all('rect[data-row]', svg)) if (!kept.has(rect.dataset.row)) rect.remove();
  }
  function add(box) {
    const svg = layer(), page = svg.dataset.covers, rows = list(page);
    const blank = all('[data-box]', rows).find(row => read(row).every(n => n < 0));
    const number = 1 + Math.max(0, ...all('[data-box]', rows).map(row => Number(row.dataset.box)));
    let row = blank;
    if (!row) {
      const made = one('[data-box-template]', one(`[data-boxes="${page}"]`)).content.firstElementChild.cloneNode(true);
      made.dataset.box = number;
      for (const el of [made, ...all('*', made)]) for (const name of ['id', 'name', 'for']) if (el.hasAttribute(name)) el.setAttribute(name, el.getAttribute(name).replace(`box.${page}.0.`, `box.${page}.${number}.`));
      for (const el of all('.box-no, .unseen', made)) el.textContent = el.textContent.replace(/ 0(?= |$)/, ' ' + number);
      rows.append(made);
      row = made;
    }
    write(row, box);
    one('details', one(`[data-boxes="${page}"]`)).open = true;
    draw();
    changed(row);
    const rect = one(`rect[data-row="${row.dataset.box}"]`, svg);
    if (rect) rect.focus();
  }
  function drop(row) { for (const input of inputs(row)) input.value = ''; changed(row); draw(); const svg = layer(); if (svg) (one('rect', svg) || one('[data-tool]') || svg).focus(); }
  const rowOf = rect => one(`[data-box="${rect.dataset.row}"]`, list(layer().dataset.covers));

  let from = null, ghost = null;
  const at = e => { const box = layer().getBoundingClientRect(); return [(e.clientX - box.left) / box.width * 1000, (e.clientY - box.top) / box.height * 1000]; };
  document.addEventListener('pointerdown', e => {
    const svg = e.target.closest && e.target.closest('svg[data-covers]');
    if (!svg || e.button !== 0 || e.target.dataset.row || !list(svg.dataset.covers)) return;
    e.preventDefault();
    from = at(e);
    ghost = document.createElementNS(NS, 'rect');
    svg.append(ghost);
    svg.setPointerCapture(e.pointerId);
  });
  const span = e => { const to = at(e); return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])].map(clamp); };
  document.addEventListener('pointermove', e => { if (from) place(ghost, span(e)); });
  document.addEventListener('pointerup', e => {
    if (!from) return;
    const box = span(e);
    from = null;
    ghost.remove();
    if (box[2] - box[0] >= LEAST && box[3] - box[1] >= LEAST) add(box);
  });
  document.addEventListener('pointercancel', () => { if (ghost) ghost.remove(); from = null; });

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  document.addEventListener('keydown', e => {
    const rect = e.target.closest && e.target.closest('rect[data-row]');
    if (!rect) return;
    const row = rowOf(rect), step = STEPS[e.key];
    if (e.key === 'Delete' || e.key === 'Backspace') drop(row);
    else if (step) {
      const by = e.ctrlKey ? 1 : 10, box = read(row), [dx, dy] = [step[0] * by, step[1] * by];
      const moved = e.shiftKey ? [box[0], box[1], box[2] + dx, box[3] + dy] : [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
      if (!valid(moved)) { e.preventDefault(); return; }
      write(row, moved); draw(); changed(row);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }, true);

  document.addEventListener('click', e => {
    if (e.target.closest('[data-tool="d"]') && layer()) add([350, 450, 650, 500]);
    const button = e.target.closest('[data-box-drop]');
    if (button) drop(button.closest('[data-box]'));
  });
  document.addEventListener('input', e => { if (e.target.closest('[data-box]')) draw(); });
  function ready() { if (!layer() || !list(layer().dataset.covers)) return; for (const tool of all('[data-tool]')) tool.hidden = false; draw(); }
  document.addEventListener('DOMContentLoaded', ready);
  document.addEventListener('htmx:afterSettle', ready);
})();
