// What a learner sees of projects, gates, KPIs and the weekly review. `blocked`: a number was missed, and the report is
// written in the page. `open`: the number is met, and the gate is open. On every page axe finds nothing, nothing sticks out
// sideways, and nothing is asked of another host.
import { visit } from '../browser/visitor.mjs';

const stage = process.argv[2];
const { page, check, settled, inspect, go, tabTo, finish } = await visit({ stage, fullPage: true });
const says = async (text) => (await page.locator('main').innerText()).includes(text);

if (stage === 'blocked') {
  await go('/gates', 'gates');
  check('there are four gates', (await page.locator('.gates > li').count()) === 4);
  await go('/gates/gate-2', 'gate');
  check('the gate names the rule and the number', (await says('kpi-missed')) && (await says('target at most 200 ms')));
  await go('/projects', 'projects');
  check('there are four projects', (await page.locator('.projects > li').count()) === 4);
  await go('/projects/project-1', 'project');
  check('the block says what would happen if', await says('measuring again without a report lifts nothing'));
  check('the report can be reached by keyboard', await tabTo(page.getByRole('link', { name: 'Write the root-cause report' }), 80));
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
  await page.getByRole('link', { name: 'fixed-bench' }).first().press('Enter');
  await page.waitForURL('**/runs/fixed-bench');
  await page.getByRole('heading', { name: 'What stands on it' }).waitFor();
  await inspect('a run that facts alone keep');
  await go('/kpis', 'kpis');
  check('a KPI links to its run', (await page.locator('.kpi-series a[href^="/runs/"]').count()) > 0);
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
  await page.reload();
  await settled();
  check('a reload keeps what was written', (await page.locator('#answer-4').inputValue()).startsWith('Answer 4')
    && (await page.locator('#story-1-title').inputValue()) === 'Story 1' && (await page.locator('#story-1-text').inputValue()).endsWith('90 ms.'));
  await page.getByRole('button', { name: 'Hand in the review' }).press('Enter');
  await page.getByRole('heading', { name: /^Handed in/ }).waitFor();
  await inspect('weekly review handed in');
  check('the bank has both stories', (await page.locator('section[aria-labelledby=stories] details').count()) === 2);
}
await finish();
