// A visitor of the web app in Chromium, as GW_WALK ("1280-light") says: what every page is checked for, whoever walks.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

/** `stage` names the part of a walk in messages and pictures; `fullPage`: whether pictures show more than the screen. */
export async function visit({ stage = '', fullPage = false } = {}) {
  const base = process.env.GW_BASE_URL;
  const name = [process.env.GW_WALK, stage].filter(Boolean);
  const [width, theme] = process.env.GW_WALK.split('-');
  const shots = process.env.GW_SHOTS;
  if (shots) mkdirSync(shots, { recursive: true });

  let passed = 0;
  let failed = 0;
  function check(what, good, detail = '') {
    if (good) passed += 1;
    else failed += 1;
    if (!good) console.log(`FAIL ${name.join(' ')}: ${what}${detail ? `: ${detail}` : ''}`);
  }

  const browser = await chromium.launch({
    executablePath: process.env.GW_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({ viewport: { width: Number(width), height: 900 }, colorScheme: theme, reducedMotion: 'reduce', serviceWorkers: 'block' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // other walks and builds may take the processor
  const complaints = [];
  const strangers = new Set();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text().slice(0, 300)}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${String(error).slice(0, 300)}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) strangers.add(request.url());
  });

  async function settled() {
    await page.waitForLoadState('load');
    await page.locator('main h1').first().waitFor();
    await page.waitForFunction(() => document.querySelector('.ghost') === null);
    await page.evaluate(() => document.fonts.ready);
  }

  async function inspect(what) {
    await settled();
    await page.waitForTimeout(150);
    const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    check(`axe finds nothing on ${what}`, found.violations.length === 0,
      found.violations.map((one) => `${one.id} (${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join('; ')})`).join(', '));
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`nothing sticks out of ${what}`, sideways <= 0, `${sideways} px`);
    check(`${what} has one h1 and a title`, (await page.locator('h1').count()) === 1 && (await page.title()) !== '');
    if (shots) await page.screenshot({ path: `${shots}/${[...name, what.replace(/\W+/g, '-')].join('-')}.png`, fullPage });
  }

  async function go(path, what) {
    await page.goto(base + path);
    await inspect(what);
  }

  /** Whether Tab reaches it. */
  async function tabTo(locator, limit = 60) {
    for (let i = 0; i < limit; i += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return true;
      await page.keyboard.press('Tab');
    }
    return false;
  }

  /** What holds for the walk as a whole; prints the sum and ends the program. */
  async function finish() {
    check('no page complained', complaints.length === 0, complaints.slice(0, 3).join(' | '));
    check('no request left for another host', strangers.size === 0, [...strangers].slice(0, 3).join(' '));
    await browser.close();
    console.log(`checks ${passed} ${failed}`);
    process.exit(failed === 0 ? 0 : 1);
  }

  return { base, page, complaints, check, settled, inspect, go, tabTo, finish };
}
