// Go beside C: the section of the answer page, the block of a case, the rows of the table. (address of the page's folder)
'use strict';

const { broken, open, tooWide } = require('./watched.cjs');

const drawn = (page, id) => page.waitForFunction((chart) => document.querySelector(`#${chart} .drawing svg, #${chart}.empty`), id);
const cells = (page, selector) => page.evaluate((where) => [...document.querySelectorAll(`${where} tr`)].map((row) => [...row.children].map((cell) => cell.textContent)), selector);

async function downloaded(page, click) {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

module.exports = async (browser, base, { both, live }) => {
  const answer = {};
  const { page, wrong } = await open(browser, `${base}/index.html#chart=go_live_heap&off=jemalloc`);
  for (const id of ['headline', 'go', 'go_live_heap']) await drawn(page, id);
  await page.waitForFunction(() => document.activeElement.textContent.includes('more lives on the heap'));
  answer.linked = await page.evaluate(() => document.querySelector('#go_live_heap').getBoundingClientRect().top);
  answer.section = await page.locator('#go-beside-c > p').innerText();
  answer.questions = await page.locator('#questions a').evaluateAll((links) => links.map((link) => link.dataset.chart));
  answer.sentences = await page.locator('#answer-go a[data-chart]').evaluateAll((links) => links.map((link) => [link.hidden, link.dataset.chart]));
  for (const id of ['go', 'go_live_heap']) {
    await page.evaluate((chart) => { document.querySelector(`#${chart} details`).open = true; }, id);
    await page.waitForSelector(`#${id} details table`);
    answer[id] = await cells(page, `#${id} details`);
    answer[`${id}_note`] = await page.locator(`#${id} .note`).textContent();
  }
  answer.allocators = await page.evaluate(() => [...new Set([...document.querySelectorAll('#go .drawing svg text')].map((each) => each.textContent))]);
  answer.colour = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--allocator-go').trim());
  answer.marked = await page.evaluate(() => [...document.querySelectorAll('#go .drawing svg text, #go_live_heap .drawing svg text')].map((each) => each.textContent).filter((text) => text.endsWith('‡')).length);

  // By keyboard, in both charts: what only Go has leads nowhere, what C has too to its page.
  answer.said = {};
  for (const id of ['go', 'go_live_heap']) {
    await page.locator(`#${id} .drawing`).focus();
    answer.said[id] = [];
    for (const key of ['Home', 'ArrowDown', 'End']) {
      await page.keyboard.press(key);
      answer.said[id].push(await page.textContent('#announcer'));
    }
  }
  await page.keyboard.press('Enter');
  answer.stayed = page.url().includes('index.html');
  answer.csv = await downloaded(page, () => page.click('#go button:has-text("Download CSV")'));
  const svg = await downloaded(page, () => page.click('#go_live_heap button:has-text("Download SVG")'));
  answer.svg = svg.startsWith('<svg') && !svg.includes('var(');
  await page.click('#go button:has-text("Copy link")');
  answer.copied = await page.evaluate(() => location.hash);
  // Of other scenarios there is nothing, and of a unit there is.
  await page.evaluate(() => HT.state.set({ scenario: 'lifetime', off: '' }));
  await page.waitForSelector('#go.empty');
  answer.elsewhere = await page.locator('#go .drawing').textContent();
  await page.evaluate(() => HT.state.set({ scenario: '', unit: 'ratio' }));
  await page.waitForFunction(() => document.querySelector('#go .ticks text')?.textContent.endsWith('×'));
  await page.locator('#go .drawing').focus();
  await page.keyboard.press('Home');
  await Promise.all([page.waitForURL(/case\.html/), page.keyboard.press('Enter')]);
  await page.locator('#go-figures tr').first().waitFor();
  answer.opened = await page.locator('h1').innerText();

  await page.goto(`${base}/case.html#case=${both}`);
  await page.waitForFunction((name) => document.querySelector('h1').textContent === name, both);
  answer.case = await cells(page, '#go-figures');
  answer.toSection = await page.locator('#go a[href*="chart=go"]').getAttribute('href');
  await page.evaluate(() => HT.state.set({ off: 'glibc' }));
  answer.fewer = await page.locator('#go-figures tbody th').allInnerTexts();
  await page.goto(`${base}/case.html#case=lifetime/pair/64`);
  await page.waitForFunction(() => document.querySelector('h1').textContent.startsWith('lifetime'));
  answer.otherCase = await page.locator('#go').isVisible();

  await page.goto(`${base}/table.html#find=by_value/64`);
  await page.locator('#region tbody tr').first().waitFor();
  answer.table = (await cells(page, '#region tbody')).map((row) => row.slice(0, 3));
  answer.links = await page.locator('#region tbody a').allInnerTexts();
  answer.tableCsv = await downloaded(page, () => page.click('#download'));
  await page.getByLabel('go', { exact: true }).uncheck();
  answer.withoutGo = (await cells(page, '#region tbody')).map((row) => row[1]);
  await page.getByLabel('go', { exact: true }).check();
  for (const name of ['glibc', 'jemalloc']) await page.getByLabel(name, { exact: true }).uncheck();
  answer.onlyGo = [...new Set((await cells(page, '#region tbody')).map((row) => row[1]))];
  await page.getByLabel('go', { exact: true }).click();
  answer.oneStays = await page.getByLabel('go', { exact: true }).isChecked();
  await page.goto(`${base}/method.html#go`);
  answer.method = await page.locator('#go').innerText();
  answer.missing = await page.locator('#contended').innerText();
  answer.deadLinks = await page.evaluate((name) => [...document.querySelectorAll('a')].filter((each) => each.textContent === name).length, live);
  answer.wrong = wrong;

  // A finger's first tap shows a point.
  const phone = await open(browser, `${base}/index.html#chart=go`, { width: 360, hasTouch: true });
  await drawn(phone.page, 'go');
  await phone.page.waitForFunction(() => document.activeElement.tagName === 'H2');
  const spot = await phone.page.evaluate(() => {
    const dot = document.querySelector('#go .drawing [aria-label=dot] path, #go .drawing [aria-label=dot] circle');
    dot.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = dot.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  });
  await phone.page.touchscreen.tap(...spot);
  answer.tip = await phone.page.locator('#go .tip').innerText();
  answer.wrong.push(...phone.wrong);

  answer.broken = [];
  answer.tooWide = [];
  for (const [width, colorScheme, where] of [
    [1100, 'light', 'index.html#chart=go_live_heap'], [360, 'dark', 'index.html#chart=go_live_heap'],
    [360, 'light', `case.html#case=${both}`], [1100, 'dark', `case.html#case=${both}`], [360, 'light', 'table.html'], [360, 'dark', 'method.html'],
  ]) {
    const other = await open(browser, `${base}/${where}`, { width, colorScheme });
    if (where.startsWith('index')) await drawn(other.page, 'go_live_heap');
    else await other.page.waitForTimeout(200);
    answer.broken.push(...await broken(other.page));
    answer.tooWide.push(await tooWide(other.page));
    answer.wrong.push(...other.wrong);
  }
  return answer;
};
