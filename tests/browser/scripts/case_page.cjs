// The page of a case. `names`: cases of the run; `odd`: those of them with names that are hard on addresses.
'use strict';

const { broken, open, tooWide } = require('./watched.cjs');

const at = (base, name, more = '') => `${base}/case.html#${new URLSearchParams({ case: name })}${more}`;

module.exports = async (browser, base, { odd, plain, crashed, contended, skipped, noCycles, script }) => {
  const { page, wrong } = await open(browser, `${base}/case.html`);
  const text = (selector) => page.locator(selector).allInnerTexts();
  const one = async (selector) => (await text(selector)).join(' | ');
  const go = async (name, more) => {
    await page.goto(at(base, name, more));
    await page.locator('#answers li').first().waitFor();
  };
  const answer = {};

  answer.listed = await page.locator('#list li a').count();
  await page.getByLabel('Find a case').fill('<SCRIPT>');
  answer.found = await text('#list li a');
  answer.foundCount = await one('#found');
  await page.locator('#list li a').click();
  answer.opened = await one('h1');

  answer.headings = {};
  for (const name of odd) {
    await go(name);
    answer.headings[name] = await one('h1');
  }
  await go(script);
  answer.scripts = await page.evaluate(() => [...document.scripts].filter((each) => !each.src).length);
  answer.explained = await one('.explains');
  await page.locator('.arm-code summary').first().click();
  await page.locator('.function').waitFor();
  answer.hostileCode = await one('.function');
  answer.injected = await page.locator('main img').count();

  await go(plain);
  answer.answers = await text('#answers li');
  answer.rows = await page.locator('#measured tbody tr').count();
  answer.source = await text('.side-by-side h4');
  answer.sourceText = await one('.excerpt');
  answer.parts = await text('.arm-code summary');
  await page.locator('.arm-code summary').last().click();
  await page.locator('.arm-code[open] .function').waitFor();
  answer.shared = await text('.arm-code[open] h4');
  answer.notes = await page.locator('.arm-code[open] .of-note').count();
  await page.getByLabel('tcmalloc').uncheck();
  answer.stillOpen = await page.locator('.arm-code[open]').count();
  await page.getByLabel('tcmalloc').check();
  answer.commands = await text('#commands code');

  // Stepping with the keyboard stays at the step.
  await page.locator('#series a[rel=next]').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction((name) => document.querySelector('h1').textContent !== name, plain);
  await page.locator('#series a[rel=next]').first().waitFor();
  answer.next = await one('h1');
  answer.focused = await page.evaluate(() => document.activeElement.rel);
  answer.title = await page.title();
  await page.goBack();
  await page.waitForFunction((name) => document.querySelector('h1').textContent === name, plain);

  // A point of the chart of neighbours leads to its case.
  await page.locator('#case-series .drawing').focus();
  await page.locator('#case-series svg').first().waitFor();
  await page.keyboard.press('Home');
  answer.tip = await one('#case-series .tip');
  await page.keyboard.press('Enter');
  await page.waitForFunction((name) => document.querySelector('h1').textContent !== name, plain);
  answer.fromChart = await one('h1');
  await page.locator('#case-launches svg').first().waitFor();
  answer.drawings = await page.locator('.chart:not(.empty) svg').count();

  await go(plain, '&off=glibc,mimalloc&unit=cycles');
  answer.fewer = await text('#answers .who');
  answer.unit = await page.locator('#case-arms').textContent();

  await go(crashed);
  answer.crashed = await one('#answers');
  answer.crashedRow = await one('#measured .not-ok');
  await go(skipped);
  await page.locator('#case-arms').scrollIntoViewIfNeeded();
  answer.skipped = await one('#answers');
  answer.skippedChart = await one('#case-arms .drawing');
  await page.locator('#case-launches').scrollIntoViewIfNeeded();
  await page.locator('#case-launches').getByText('No launch').waitFor();
  answer.skippedLaunches = await one('#case-launches .drawing');
  await go(contended);
  answer.contended = await one('#answers');
  await go(noCycles);
  answer.noCycles = await one('#answers');
  answer.noCycleCells = await text('#measured tbody tr:first-child td');

  await page.goto(at(base, 'boxed_value/interfaec/16'));
  await page.locator('.near a').first().waitFor();
  answer.unknown = await one('h1');
  answer.near = await text('.near a');
  answer.table = await page.locator('#introduction a[href^="table.html"]').count();
  await page.goto(at(base, '<img src=x onerror=alert(2)>'.repeat(200)));
  answer.unknownHostile = await one('h1');
  answer.wrong = wrong;

  answer.broken = [];
  answer.tooWide = [];
  for (const [width, colorScheme, where] of [[1100, 'light', at(base, plain)], [1100, 'dark', at(base, script)], [360, 'dark', at(base, plain)], [360, 'light', `${base}/case.html`]]) {
    const other = await open(browser, where, { width, colorScheme });
    await other.page.waitForTimeout(300);
    answer.broken.push(...await broken(other.page));
    answer.tooWide.push(await tooWide(other.page));
    answer.wrong.push(...other.wrong);
  }
  return answer;
};
