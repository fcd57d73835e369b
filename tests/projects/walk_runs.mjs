// What a learner sees of runs. `none`: before the first one. `some`: the list, a run, its cases, two runs side by side, a load
// run, and a run that somebody hostile made. On every page axe finds nothing, nothing sticks out sideways.
import { visit } from '../browser/visitor.mjs';

const stage = process.argv[2];
const { page, complaints, check, inspect, go, tabTo, finish } = await visit({ stage, fullPage: true });

/** The browser itself complains of a request that the server refuses: `what` was refused, and nothing else. */
function refused(what, status) {
  check(`only ${what} was refused`, complaints.length === 1 && complaints[0].includes(status), complaints.join(' | '));
  complaints.splice(0);
}

const says = async (text) => (await page.locator('main').innerText()).includes(text);

if (stage === 'none') {
  await go('/runs', 'no runs yet');
  check('the first run’s command is there', await says('groundwork eval run --suite search --target'));
  await page.getByRole('button', { name: 'Measure it' }).press('Enter');
  check('what is missing is said', await says('Expected the base URL'));
  await page.getByLabel('Base URL of the service').fill('http://192.0.2.1:9');
  await page.getByRole('button', { name: 'Measure it' }).press('Enter');
  await page.getByRole('alert').waitFor();
  check('an address elsewhere is refused', await says('confirmed in the terminal'));
  await inspect('an address that is refused');
  refused('the address', '409');
  await page.getByLabel('Base URL of the service').fill(process.env.GW_TARGET);
  await page.getByLabel('Seed, of the hidden cases').fill('3');
  await page.getByRole('button', { name: 'Measure it' }).press('Enter');
  await page.waitForURL(/\/runs\/[^/]+$/);
  await page.locator('.head .tone-done').waitFor();
  await page.locator('.run-cases > li').first().waitFor();
  await inspect('a run that was made from the page');
  check('it has the seed that was asked for', (await page.locator('.run-facts').first().innerText()).includes('3'));
} else {
  await go('/runs', 'runs');
  check('each run is there', (await page.locator('.run-rows > li').count()) === 5);
  check('a trend has words for who cannot see it', ((await page.locator('svg.run-trend').first().getAttribute('aria-label')) ?? '').includes(' in '));
  check('a hostile run is text', (await page.title()).startsWith('Runs') && (await says('<script>')));
  check('a run can be reached by keyboard', await tabTo(page.getByRole('link', { name: /random/ }), 80));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/runs\/[^/]+$/);
  await page.locator('.run-cases > li').first().waitFor();
  await page.locator('svg.run-latency').waitFor();
  await inspect('a run that failed');
  check('a missed threshold comes first', (await page.locator('.run-metrics > li').first().innerText()).includes('Missed'));
  check('its interval is drawn', ((await page.locator('svg.run-axis').first().getAttribute('aria-label')) ?? '').includes('95 % interval'));
  await page.locator('.run-definition > summary').first().press('Enter');
  check('a metric says what it is', await says('Source:'));
  await page.getByRole('button', { name: 'Worst first' }).press('Enter');
  await page.getByLabel('by', { exact: true }).selectOption('mrr@10');
  await page.locator('.run-cases > li').nth(99).waitFor();
  await page.locator('.run-cases summary').first().press('Enter');
  await page.locator('.run-case .run-hits').waitFor();
  check('a case says what was asked and wanted', (await says('question')) && (await says('expected: relevant')));
  await inspect('a case');
  await page.getByRole('button', { name: 'Failed', exact: true }).press('Enter');
  await page.getByText('There is none.').waitFor();
  await page.getByRole('button', { name: 'All', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'On', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Back', exact: true }).and(page.locator(':enabled')).waitFor();
  await page.getByRole('link', { name: 'Compare with another' }).press('Enter');
  await page.waitForURL(/\/compare\?with=/);
  await page.getByRole('heading', { name: 'Cases that changed' }).waitFor();
  await inspect('two runs');
  check('the verdict is said', (await says('b is worse')) || (await says('B is worse')));
  await page.getByLabel('By', { exact: true }).selectOption('mrr@10');
  await page.waitForURL(/metric=mrr/);
  await page.locator('.compared-cases').first().waitFor();
  await go('/runs', 'runs again');
  await page.getByRole('link', { name: /again/ }).press('Enter');
  await page.getByRole('link', { name: 'Compare with the run before' }).press('Enter');
  await page.getByRole('heading', { name: 'Differences' }).waitFor();
  await inspect('two runs that are the same');
  check('no difference is invented', await says('No difference'));
  await go('/runs', 'runs once more');
  await page.getByRole('link', { name: /\(load\)/ }).press('Enter');
  await page.getByRole('heading', { name: 'How requests ended' }).waitFor();
  await inspect('a load run');
  await go('/runs/20261101T100000000Z-search-evil', 'a hostile run');
  await page.locator('.run-cases summary').first().press('Enter');
  await page.locator('.run-case').waitFor();
  await inspect('a hostile case');
  check('its answer is text', (await page.title()).startsWith('search') && (await page.locator('main img, main script').count()) === 0);
  await go('/runs/no-such-run', 'no such run');
  check('it says that there is none', await says('no run') || await says('No run'));
  refused('the run that there is not', '404');
}
await finish();
