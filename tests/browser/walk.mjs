// One person's walk: first visit, reading, a quiz by keyboard only, a lab in the browser, the next module opens. On every
// page: axe finds nothing, the policy is never broken, nothing is asked of another host, nothing sticks out sideways.
import { readFileSync } from 'node:fs';
import { visit } from './visitor.mjs';

const known = JSON.parse(readFileSync(process.env.GW_KNOWN, 'utf8'));
const SCRIPT_BUDGET = 250 * 1024;
const { base, page, complaints, check, settled, inspect, go, tabTo, finish } = await visit();

// ---- First visit, by keyboard ----
const scripts = [];
page.on('response', async (response) => {
  if (!/\.js(\?|$)/.test(response.url())) return;
  const length = Number(response.headers()['content-length'] ?? 0);
  scripts.push(length || (await response.body().catch(() => Buffer.alloc(0))).length);
});
await page.goto(base);
await page.waitForURL('**/welcome');
await inspect('welcome');
const weight = scripts.reduce((sum, bytes) => sum + bytes, 0);
check('the first page loads at most 250 KB of compressed script', weight > 0 && weight <= SCRIPT_BUDGET, `${weight} bytes`);
check('the pace can be reached by keyboard', await tabTo(page.getByRole('radio', { name: /16 weeks/ })));
await page.keyboard.press('ArrowDown');
check('arrows choose the pace', await page.getByRole('radio', { name: /12 weeks/ }).isChecked());
check('the button can be reached by keyboard', await tabTo(page.getByRole('button', { name: 'Make my calendar' })));
await page.keyboard.press('Enter');
await page.waitForURL(`${base}/`);
await inspect('today');
check('after a move the focus is on the heading', await page.evaluate(() => document.activeElement?.tagName === 'H1'));
check('today says one next thing and why', (await page.locator('.action h2').innerText()).length > 5 && (await page.locator('.action-why').innerText()).length > 10);

// ---- Looking around ----
await page.keyboard.press('g');
await page.keyboard.press('r');
await page.waitForURL('**/roadmap');
await inspect('roadmap');
check('the roadmap shows 48 modules or more', (await page.locator('a[href^="/modules/"]').count()) >= 48);
await go('/plan', 'plan');
await page.keyboard.press('Tab');
check('the first stop is the link to the content', (await page.evaluate(() => document.activeElement?.textContent)) === 'Skip to the content');
check('the plan has 12 weeks', (await page.locator('.plan-week').count()) === 12);
await go(`/modules/${known.module}`, 'module');
const explainer = await page.locator('a[href^="/explainers/"]').first().getAttribute('href');
await go(explainer, 'explainer');
check('mathematics, code and charts are there', (await page.locator('.code-block').count()) > 0);
const progress = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().includes('/progress'));
for (let i = 0; i < 40; i += 1) await page.keyboard.press('PageDown');
check('reading is noticed', (await progress).ok());
await go('/explainers/cache-eviction-policies', 'explainer with charts');
check('charts are drawn', (await page.locator('figure.chart svg').count()) > 0 || (await page.locator('.katex').count()) > 0);
await go('/interview/cache-design-drills', 'interview pack');
check('the decision tree is drawn', (await page.locator('figure.chart svg').count()) > 0);
await go('/no/such/page', 'unknown page');
await go('/modules/no-such-module', 'unknown module');
complaints.length = 0; // a 404 that was asked for is logged by the browser

// ---- A quiz, by keyboard only, with a reload in the middle ----
await go(`/modules/${known.module}/quiz`, 'quiz start');
check('the quiz can be started by keyboard', await tabTo(page.locator('main button.primary')));
await page.keyboard.press('Enter');
await page.waitForURL('**/quiz/*');
await inspect('quiz');
const attemptOf = async () => (await page.request.get(`${base}/api/v1/attempts/${page.url().split('/').at(-1)}`)).json();

async function answer(item) {
  const right = known.items[item.id].right;
  const press = (id) => page.keyboard.press(String((item.options ?? []).findIndex((option) => option.id === id) + 1));
  switch (item.kind) {
    case 'single':
      await press(right);
      break;
    case 'multiple':
      for (const id of right) await press(id);
      break;
    case 'numeric':
    case 'short':
    case 'predict':
      check(`the field of ${item.id} can be reached by keyboard`, await tabTo(page.locator('form.question input, form.question textarea').first()));
      await page.keyboard.insertText(String(right));
      break;
    case 'ordering':
      for (const [place, id] of right.entries()) {
        const shown = await page.locator('.ordering-step').evaluateAll((steps) => steps.map((step) => step.dataset.step));
        await page.locator(`.ordering-step[data-step="${id}"]`).focus();
        for (let at = shown.indexOf(id); at > place; at -= 1) await page.keyboard.press('ArrowUp');
      }
      break;
    case 'matching':
      for (const [index, left] of item.lefts.entries()) {
        const select = page.locator('.matching select').nth(index);
        await select.focus();
        const place = item.options.findIndex((option) => option.id === right[left.id]);
        for (let i = 0; i <= place; i += 1) await page.keyboard.press('ArrowDown');
      }
      break;
  }
}

let reloaded = false;
const kinds = new Set();
for (let turn = 0; turn < 30; turn += 1) {
  const attempt = await attemptOf();
  if (attempt.status === 'finished') break;
  const item = attempt.items.find((one) => !one.answered);
  await page.locator('form.question').waitFor();
  await answer(item);
  if (!kinds.has(item.kind)) {
    kinds.add(item.kind);
    await inspect(`quiz ${item.kind}`);
  }
  if (!reloaded && turn === 2) {
    reloaded = true;
    await page.reload();
    await settled();
    check('a reload comes back to the same quiz', (await attemptOf()).items.length === attempt.items.length && (await page.locator('form.question').count()) === 1);
    await page.locator('form.question').waitFor();
  }
  if (process.env.GW_TRACE) console.log('turn', turn, item.kind, item.id);
  const sent = page.waitForResponse((response) => response.url().endsWith('/answers'));
  if (['matching', 'predict'].includes(item.kind)) await page.getByRole('button', { name: 'Answer', exact: true }).press('Enter');
  else await page.keyboard.press('Enter');
  await sent;
  await page.waitForTimeout(80);
}
const result = await attemptOf();
check('every answer counted', result.status === 'finished' && result.score.percent === 100,
  `${result.score?.percent} %, missed ${result.items.filter((item) => item.result && item.result.credit.percent < 100).map((item) => `${item.id} (${item.kind})`).join(', ')}`);
await page.getByRole('heading', { level: 1, name: /result/ }).waitFor();
await inspect('quiz result');

// ---- The lab in the browser ----
await go(`/labs/${known.lab.id}`, 'lab');
const files = Object.entries(known.lab.files);
async function write(path, text) {
  if (files.length > 1) await page.getByRole('button', { name: path, exact: true }).click();
  const editor = page.locator(`[data-editor="${path}"] .cm-content`);
  await editor.waitFor();
  await editor.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}
if (process.env.GW_WALK === '1280-light') {
  const processor = await page.context().newCDPSession(page);
  await processor.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  let lost = 0;
  for (let round = 0; round < 10; round += 1) {
    for (const [path, text] of files) await write(path, `# ${round}\n${text}`);
    await page.waitForTimeout(100);
    const found = await page.evaluate((lab) => JSON.parse(localStorage.getItem(`gw.lab.${lab}`)), known.lab.id);
    lost += files.filter(([path, text]) => found[path] !== `# ${round}\n${text}`).length;
  }
  check('a slow processor loses nothing that is typed', lost === 0, `${lost} of ${10 * files.length} texts`);
  await processor.detach();
}
for (const [path, text] of files) await write(path, text);
await page.keyboard.press('Escape');
await page.keyboard.press('Tab');
check('Escape, then Tab leaves the editor', await page.evaluate(() => document.activeElement?.shadowRoot == null));
check('Submit can be reached by keyboard', await tabTo(page.getByRole('button', { name: 'Submit' }), 20));
await page.keyboard.press('Enter');
await page.locator('.test[data-status]').first().waitFor();
await page.locator('.results .callout:not(.act)').waitFor({ timeout: 120_000 });
const outcome = await page.locator('.results .callout').innerText();
check('the lab passes and opens the next module', outcome.includes('Opened:'), outcome);
check('every test is shown as passed', (await page.locator('.test:not([data-status=pass])').count()) === 0 && (await page.locator('.test').count()) > 10);
await inspect('lab passed');
await page.locator('.results a[href^="/modules/"]').first().click();
await settled();
check('the next module is open', (await page.locator('.eyebrow .status').innerText()).includes('Open'));
await inspect('next module');

// ---- A failed run: what was expected, hidden tests keep their secret, the diff ----
await page.goto(`${base}/labs/${known.lab.id}`);
await settled();
await page.getByRole('button', { name: 'Back to the starter' }).click();
await page.getByRole('button', { name: 'Submit' }).click();
await page.locator('.results .callout.stop').waitFor({ timeout: 120_000 });
await page.locator('.attempt summary').first().click();
await page.locator('.diff pre').first().waitFor();
await inspect('lab failed');

// ---- History ----
await go('/history', 'history');
check('history shows what a fact changed', (await page.locator('.fact-changes li').count()) > 0);

// ---- Search and answers ----
await page.waitForFunction(async () => (await fetch('/api/v1/search?q=cache')).ok, undefined, { timeout: 240_000, polling: 1000 });
for (let i = complaints.length; i-- > 0;) if (complaints[i].includes('503')) complaints.splice(i, 1); // it was being indexed until now
await page.keyboard.press('Control+k');
const search = page.getByRole('combobox', { name: 'Search the library' });
await page.getByRole('option', { name: /^Tokens/ }).waitFor();
check('every page can be gone to', (await page.locator('.palette [role=option]').count()) === 10);
await search.fill('cahce eviction');
await page.locator('.palette-notice').getByText('Looked for “cache” for “cahce”').waitFor();
await inspect('search with a typing error');
await search.fill('qwertyuiop');
await page.locator('.palette-notice').getByText('No page has').waitFor();
await search.fill('hash coll');
await page.locator('.palette-why', { hasText: 'hash' }).first().waitFor();
check('what was looked for is marked', (await page.locator('.palette mark').first().innerText()).toLowerCase().startsWith('hash')
  || (await page.locator('.palette mark').first().innerText()).toLowerCase().startsWith('coll'));
await inspect('search');
const options = await page.locator('.palette [role=option]').count();
await page.keyboard.press('ArrowUp');
check('above the first is the last, the question', (await page.locator('.palette [role=option][aria-selected=true]').innerText()).startsWith('Ask: hash coll')
  && (await search.getAttribute('aria-activedescendant')) === `palette-${options - 1}`);
await page.keyboard.press('ArrowDown');
await page.keyboard.press('Enter');
await page.waitForURL(/\/(explainers|remedials|interview)\//);
await settled();
await page.goto(`${base}/ask?q=${encodeURIComponent('How does an LRU cache evict in constant time?')}`);
await page.locator('.answer .cite').first().waitFor();
await inspect('ask');
await page.getByLabel('Ask on, or something else').fill('And why does a scan empty it?');
await page.keyboard.press('Enter');
await page.locator('.turns-asked > li').nth(1).locator('.cite, .callout').first().waitFor();
check('a question that leans on the last says how it was read', (await page.locator('.read-as').count()) === 1);
await inspect('ask on');
const quoted = await page.locator('.answer .cite').first().getAttribute('href');
await page.locator('.answer .cite').first().click();
await page.waitForURL((url) => url.searchParams.has('quote'));
await settled();
await page.waitForFunction(() => CSS.highlights.has('quote'), undefined, { timeout: 10_000 }).catch(() => undefined);
const marked = await page.evaluate(() => [...(CSS.highlights.get('quote') ?? [])].map((range) => range.toString()).join(''));
check('a citation opens at its quote', marked.length > 10, `${quoted}: '${marked}'`);
check('the quote is in view', await page.evaluate(() => {
  const box = [...(CSS.highlights.get('quote') ?? [])][0]?.getBoundingClientRect();
  return box !== undefined && box.top >= 0 && box.bottom <= window.innerHeight;
}));
await inspect('cited page');
await page.goBack();
await page.locator('.turns-asked > li').nth(1).waitFor();
check('going back finds the conversation', (await page.locator('.turns-asked > li').count()) === 2);
const silent = '**/api/v1/ask';
await page.route(silent, () => undefined); // never answers
await page.getByLabel('Ask on, or something else').fill('And now?');
await page.keyboard.press('Enter');
await page.getByRole('button', { name: 'Stop' }).click();
await page.getByRole('button', { name: 'Ask again' }).waitFor();
await page.unroute(silent);
await inspect('ask stopped');
await page.goto(`${base}/ask?q=${encodeURIComponent('Who won the football world cup in 2014?')}`);
await page.getByText('The library doesn’t say').waitFor();
check('what the library does not say has its nearest pages', (await page.locator('.nearest a').count()) > 0);
await inspect('ask without an answer');

// ---- Tokens ----
await go('/tokens', 'tokens');
await page.locator('.piece[data-unknown]').nth(1).waitFor();
await page.locator('.window').waitFor();
await page.getByRole('button', { name: 'Compare with another' }).click();
check('a new prompt has the focus', await page.evaluate(() => document.activeElement?.id === 'text'));
await page.keyboard.insertText('The retriever reads the passage again. '.repeat(60));
await page.locator('.pieces .piece[data-cut]').first().waitFor();
const pieces = await page.locator('.pieces').innerText();
check('the pieces are the text', pieces.replace(/\s+/g, ' ').trim() === 'The retriever reads the passage again. '.repeat(60).trim());
check('prompts are compared', (await page.locator('.compared li').count()) === 2);
check('the budget takes the text as its prompt', (await page.getByLabel('Prompt', { exact: true }).inputValue()) === '480');
await page.getByLabel('Context window').fill('1,500');
await page.getByText('Only 2 of 6 passages fit').waitFor();
await inspect('tokens of two prompts');
await page.getByLabel('Context window').fill('500');
await page.getByText('480 tokens more than the window has').waitFor();
await inspect('tokens without room');
await page.getByLabel('Tokens of').selectOption('SmolLM2-135M-Instruct');
await page.getByText('It reads 8,192 tokens at most.').waitFor();
const whole = await page.locator('.pieces').innerText();
check('a language model’s pieces are the text', whole.replace(/\s+/g, ' ').trim() === 'The retriever reads the passage again. '.repeat(60).trim());
await inspect('tokens of a language model');

await finish();
