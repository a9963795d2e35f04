/* The device helper on this computer: it is asked, and what it signed goes to the server as it came. */
(() => {
  const { one, all } = window.lantai;
  const ask = (url, path, body) => fetch(url + path, { method: 'POST', mode: 'cors', credentials: 'omit', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }).then(a => { if (!a.ok) throw new Error(String(a.status)); return a.json(); });
  function send(form, path, fields) { // to our own server, with the token of the form
    const data = new URLSearchParams(fields);
    data.set('_csrf', one('input[name="_csrf"]', form).value);
    return fetch(path, { method: 'POST', body: data, credentials: 'same-origin', headers: { 'HX-Request': 'true' } }).then(a => { if (!a.ok) throw new Error('refused'); return a.json(); });
  }
  const said = (box, text) => { if (box) box.textContent = text; };
  const origin = location.origin;

  const settled = form => new Promise(done => { // what is typed so far is a draft on the server
    form.addEventListener('htmx:afterRequest', done, { once: true });
    form.dispatchEvent(new CustomEvent('settled', { bubbles: true }));
    setTimeout(done, 2000);
  });
  async function readCard(form) {
    const box = one('[data-card-said]', form), url = form.dataset.helper, draft = one('input[name="draft"]', form).value;
    said(box, '…');
    let answer;
    try {
      await settled(form);
      const { challenge } = await send(form, '/devices/ask', {});
      answer = await ask(url, '/v1/read', { purpose: 'id_card', challenge, origin });
    } catch (e) { said(box, form.dataset.wordNone); return; }
    try {
      const card = await send(form, '/devices/card', { draft, said: answer.said });
      for (const name of ['name', 'id_no']) { const field = one(`[name="${name}"]`, form); field.value = card[name]; field.dispatchEvent(new Event('input', { bubbles: true })); }
      said(box, form.dataset.wordRead);
    } catch (e) { said(box, form.dataset.wordRefused); }
  }
  async function scan(form, button) {
    const box = one('[data-card-said]', form), draft = one('input[name="draft"]', form).value;
    try {
      await settled(form);
      const { challenge } = await send(form, '/devices/ask', {});
      const answer = await ask(form.dataset.helper, '/v1/read', { purpose: 'camera', challenge, origin });
      await send(form, '/devices/picture', { draft, said: answer.said });
      const bytes = Uint8Array.from(atob(answer.picture), c => c.charCodeAt(0)), list = new DataTransfer();
      list.items.add(new File([bytes], 'scan.jpg', { type: 'image/jpeg' }));
      const input = document.getElementById(button.dataset.scan); // now: the side may have been drawn anew since the click
      input.files = list.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    } catch (e) { said(box, form.dataset.wordNone); }
  }
  document.addEventListener('keydown', e => {
    const form = one('form[data-helper]');
    if (e.key !== 'F2' || !form) return;
    e.preventDefault();
    readCard(form);
  });
  document.addEventListener('click', e => {
    const form = one('form[data-helper]');
    if (form && e.target.closest('[data-read-card]')) readCard(form);
    const button = e.target.closest('[data-scan]');
    if (form && button) scan(form, button);
    const pair = e.target.closest('[data-pair-ask]');
    if (!pair) return;
    const paired = pair.closest('form');
    ask(paired.dataset.pair, '/v1/introduce', { challenge: paired.dataset.challenge, origin })
      .then(answer => { one('[name="introduction"]', paired).value = answer.said; one('[name="code"]', paired).focus(); said(one('[data-pair-said]', paired), ''); })
      .catch(() => said(one('[data-pair-said]', paired), pair.dataset.wrong));
  });
})();
