// compare.html: a file of the reader's is compared as `make compare` does it, and the choices do what they say.
// (site, files, bad, more), where files and bad are [[csv, run.json or ""], …] and more is [[another site, files], …].
// Gives {given: [{rows, differing, oneSided, said}], shipped: the same of the run "other", more: as given, …, errors}.
'use strict';

const round = (value) => (value === null ? null : Number(value.toPrecision(10)));

const plain = (found) => ({
  rows: found.rows.map((row) => [
    row.case, row.allocator, row.arm, ...[row.base, row.head, row.change, row.low, row.high, row.zone, row.p].map(round),
    row.verdict, row.note, row.baseLaunches, row.headLaunches,
  ]),
  differing: found.differing,
  oneSided: found.oneSided,
});

async function open(browser, url, errors, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, ...options });
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(url);
  return page;
}

const settled = (page) => page.waitForFunction(() => !['', 'Reading …'].includes(document.querySelector('.said').textContent) || !document.getElementById('body').hidden);

async function give(page, files) {
  await page.evaluate(() => { document.querySelector('.said').textContent = ''; document.getElementById('body').hidden = true; });
  await page.setInputFiles('#file', files.filter(Boolean));
  await settled(page);
  const found = await page.evaluate(`HT.comparison.found && (${plain.toString().replace(/round/g, '((v) => v === null ? null : Number(v.toPrecision(10)))')})(HT.comparison.found)`);
  return { ...found, said: await page.textContent('.said') };
}

async function choices(page) {
  const count = () => page.evaluate(() => HT.comparison.rows().length);
  const marks = () => page.evaluate(() => [...document.querySelectorAll('#differences svg [aria-label=dot] path')].map((mark) => mark.getAttribute('transform')).join());
  const found = { heap: await count() };
  const before = await marks();
  await page.check('#measure-ratio');
  await page.waitForTimeout(50);
  found.ratio = await count();
  found.redrawn = before && (await marks()) !== before;
  await page.selectOption('#verdict', 'unsure');
  found.unsure = await count();
  await page.fill('#find', 'by_value');
  found.focus = await page.evaluate(() => document.activeElement.id);
  found.names = await page.evaluate(() => HT.comparison.rows().map((row) => row.case));
  found.address = await page.evaluate(() => location.hash);
  return found;
}

async function giveAll(browser, site, files, errors) {
  const page = await open(browser, `${site}/compare.html`, errors);
  await page.waitForSelector('#base');
  const given = [];
  for (const each of files) given.push(await give(page, each));
  return [page, given];
}

module.exports = async (browser, site, files, bad, more) => {
  const errors = [];
  const [page, given] = await giveAll(browser, site, files, errors);
  const heading = await page.textContent('#difference h2');
  const refused = [];
  for (const each of bad) refused.push((await give(page, each)).said);

  const shipped = await open(browser, `${site}/compare.html#base=other&off=glibc`, errors);
  await shipped.waitForSelector('#rows tbody tr');
  const linked = await shipped.evaluate(() => [...new Set(HT.comparison.rows().map((row) => row.allocator))]);
  await shipped.evaluate(() => HT.state.set({ off: '' }));
  const all = plain(await shipped.evaluate(() => ({ ...HT.comparison.found, rows: HT.comparison.found.rows.map(({ of, by, ...row }) => row) })));
  await shipped.waitForSelector('#differences svg');
  await shipped.focus('#differences .drawing');
  await shipped.keyboard.press('ArrowDown');
  const tip = await shipped.textContent('.tip');
  const chosen = await choices(shipped);

  const narrow = await open(browser, `${site}/compare.html#base=other`, errors, { viewport: { width: 360, height: 800 }, colorScheme: 'dark' });
  await narrow.waitForSelector('#rows tbody tr');
  const width = await narrow.evaluate(() => document.documentElement.scrollWidth);
  const others = [];
  for (const [where, which] of more) others.push(...(await giveAll(browser, where, which, errors))[1]);
  return { more: others, given, heading, refused, linked, shipped: all, tip, chosen, width, errors };
};
