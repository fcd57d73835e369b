// What a learner sees of projects, gates, KPIs and the weekly review. `blocked`: a number was missed, and the report is
// written in the page. `open`: the number is met, and the gate is open. On every page axe finds nothing, nothing sticks out
// sideways, and nothing is asked of another host.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const base = process.env.GW_BASE_URL;
const stage = process.argv[2];
const [width, theme] = process.env.GW_WALK.split('-');
const shots = process.env.GW_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

let failed = 0;
let passed = 0;
function check(what, good, detail = '') {
  if (good) passed += 1;
  else failed += 1;
  if (!good) console.log(`FAIL ${process.env.GW_WALK} ${stage}: ${what}${detail ? `: ${detail}` : ''}`);
}

const browser = await chromium.launch({
  executablePath: process.env.GW_CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const context = await browser.newContext({ viewport: { width: Number(width), height: 900 }, colorScheme: theme, reducedMotion: 'reduce', serviceWorkers: 'block' });
const page = await context.newPage();
page.setDefaultTimeout(60_000);
const complaints = [];
const strangers = new Set();
page.on('console', (message) => {
  if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text().slice(0, 300)}`);
});
page.on('pageerror', (error) => complaints.push(`${page.url()}: ${String(error).slice(0, 300)}`));
page.on('request', (request) => {
  if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) strangers.add(request.url());
});

async function inspect(name) {
  await page.waitForLoadState('load');
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('.ghost') === null);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(150);
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  check(`axe finds nothing on ${name}`, found.violations.length === 0,
    found.violations.map((one) => `${one.id} (${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join('; ')})`).join(', '));
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`nothing sticks out of ${name}`, sideways <= 0, `${sideways} px`);
  check(`${name} has one h1 and a title`, (await page.locator('h1').count()) === 1 && (await page.title()) !== '');
  if (shots) await page.screenshot({ path: `${shots}/${process.env.GW_WALK}-${stage}-${name.replace(/\W+/g, '-')}.png`, fullPage: true });
}

const go = async (path, name) => {
  await page.goto(base + path);
  await inspect(name);
};
const says = async (text) => (await page.locator('main').innerText()).includes(text);

async function tabTo(locator, limit = 80) {
  for (let i = 0; i < limit; i += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return true;
    await page.keyboard.press('Tab');
  }
  return false;
}

if (stage === 'blocked') {
  await go('/gates', 'gates');
  check('there are four gates', (await page.locator('.gates > li').count()) === 4);
  await go('/gates/gate-2', 'gate');
  check('the gate names the rule and the number', (await says('kpi-missed')) && (await says('target at most 200 ms')));
  await go('/projects', 'projects');
  check('there are four projects', (await page.locator('.projects > li').count()) === 4);
  await go('/projects/project-1', 'project');
  check('the block says what would happen if', await says('measuring again without a report lifts nothing'));
  check('the report can be reached by keyboard', await tabTo(page.getByRole('link', { name: 'Write the root-cause report' })));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/projects/project-1/report?kpi=p95-latency');
  await inspect('report');
  await page.getByRole('button', { name: 'Hand in the report' }).press('Enter');
  check('the first empty part takes the focus', await page.evaluate(() => document.activeElement?.id === 'part-measured'));
  await inspect('report refused');
  for (const [number, area] of (await page.locator('form textarea').all()).entries()) {
    await area.focus();
    await page.keyboard.insertText(`Part ${number}: every query embedded the whole corpus again, because the matrix was built inside the request.`);
  }
  await page.reload();
  await page.locator('form textarea').first().waitFor();
  check('a reload loses no word', (await page.locator('form textarea').first().inputValue()).startsWith('Part 0'));
  await page.getByRole('button', { name: 'Hand in the report' }).press('Enter');
  await page.waitForURL(/\/projects\/project-1$/);
  await page.getByRole('heading', { name: 'Root-cause reports' }).waitFor();
  await inspect('project with its report');
  check('nothing blocks any more', (await page.locator('.blocks').count()) === 0);
  await go('/projects/project-1/report', 'no report due');
  await go('/gates/gate-2', 'gate that waits for its number');
  check('the gate waits for the number', await says('a run that meets it is missing'));
  await page.locator('.gate-add summary').first().click();
  await inspect('handing in evidence');
  await page.getByLabel('Address').first().fill('https://example.com/better');
  await page.getByRole('button', { name: 'Hand in', exact: true }).first().press('Enter');
  await page.getByRole('link', { name: 'https://example.com/better' }).waitFor();
} else {
  await go('/gates/gate-2', 'open gate');
  check('the gate is open', await says('Open'));
  check('and says by which run', await says('fixed-bench'));
  await go('/projects/project-1', 'project whose numbers are met');
  check('the project meets its numbers', await says('Numbers met'));
  await go('/kpis', 'kpis');
  check('all fifteen KPIs are there', (await page.locator('.kpi').count()) === 15);
  check('a chart has words for who cannot see it', ((await page.locator('svg.kpi-chart').first().getAttribute('aria-label')) ?? '').includes('target'));
  for (const summary of await page.locator('.kpi-series .kpi-values > summary').all()) await summary.click();
  await inspect('kpis as tables');
  await page.getByText('Give a value by hand for Mock interview score').click();
  await page.getByLabel('Value, in points').first().fill('74');
  await page.getByRole('button', { name: 'Record' }).first().press('Enter');
  await page.locator('.kpi-manual').first().waitFor();
  await inspect('a value given by hand');
  await go('/week', 'weekly review');
  check('five questions', (await page.locator('.week-question').count()) === 5);
  await page.getByRole('button', { name: 'Hand in the review' }).press('Enter');
  await inspect('weekly review refused');
  for (const [number, area] of (await page.locator('.week-question textarea').all()).entries()) await area.fill(`Answer ${number} of this week, in a sentence.`);
  for (const index of [0, 1]) {
    await page.locator(`#story-${index}-title`).fill(`Story ${index}`);
    await page.locator(`#story-${index}-text`).fill(`Story ${index}: the index was slow because each query embedded the corpus again; I kept the matrix, and p95 fell from 900 ms to 90 ms.`);
  }
  await page.getByRole('button', { name: 'Hand in the review' }).press('Enter');
  await page.getByRole('heading', { name: /^Handed in/ }).waitFor();
  await inspect('weekly review handed in');
  check('the bank has both stories', (await page.locator('section[aria-labelledby=stories] details').count()) === 2);
}
check('no page complained', complaints.length === 0, complaints.slice(0, 3).join(' | '));
check('no request left for another host', strangers.size === 0, [...strangers].slice(0, 3).join(' '));
await browser.close();
console.log(`checks ${passed} ${failed}`);
process.exit(failed === 0 ? 0 : 1);
