// machines.html of a run, the index of the published site, and its history:
// (run, site) gives {page, index, history, errors}
'use strict';

async function open(browser, url, errors, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, ...options });
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(url);
  return page;
}

async function machines(page) {
  await page.waitForSelector('#machine-tolls svg');
  const rows = await page.locator('#table tbody tr').evaluateAll((all) => all.map((row) => ({
    name: row.querySelector('th').firstChild.textContent,
    text: row.textContent,
    links: [...row.querySelectorAll('a')].map((link) => link.getAttribute('href')),
  })));
  return { rows, points: await page.locator('#machine-tolls svg > g[aria-label="dot"] path').count() };
}

module.exports = async (browser, run, site) => {
  const errors = [];
  const own = await open(browser, `${run}/machines.html`, errors);
  const page = await machines(own);
  const marks = () => own.evaluate(() => [...document.querySelectorAll('#machine-tolls svg [aria-label=dot] path')].map((mark) => mark.getAttribute('transform')).join());
  const first = await marks();
  await own.selectOption('#case', { index: 1 });
  await own.waitForTimeout(50);
  page.redrawn = (await marks()) !== first;
  await own.evaluate(() => HT.state.set({ off: 'glibc' }));
  page.left = (await machines(own)).points;
  await own.evaluate(() => HT.state.set({ off: 'glibc,jemalloc' }));
  page.allOff = (await machines(own)).points;
  await own.evaluate(() => HT.state.set({ off: '' }));
  page.hollow = await own.locator('#machine-tolls svg [aria-label=dot] path[fill="var(--background)"]').count();
  page.said = await own.locator('#table tbody tr').evaluateAll((all) => all.map((row) => (row.textContent.match(/contended/g) || []).length));
  page.address = await own.evaluate(() => location.hash);
  page.caption = await own.textContent('#table caption');
  await own.focus('#machine-tolls .drawing');
  await own.keyboard.press('ArrowDown');
  page.tip = await own.textContent('.tip');
  await own.getByRole('link', { name: 'compare with it' }).first().click();
  await own.waitForSelector('#rows tbody tr');
  page.compared = await own.textContent('#difference strong');

  const narrow = await open(browser, `${site}/index.html`, errors, { viewport: { width: 360, height: 800 }, colorScheme: 'dark' });
  const index = await machines(narrow);
  index.width = await narrow.evaluate(() => document.documentElement.scrollWidth);
  await narrow.getByRole('link', { name: 'History' }).click();
  await narrow.waitForSelector('.event');
  const history = { width: await narrow.evaluate(() => document.documentElement.scrollWidth), text: await narrow.textContent('main') };
  history.shown = await narrow.locator('.night img').evaluateAll((all) => all.filter((each) => each.checkVisibility()).map((each) => each.getAttribute('src')));
  await narrow.evaluate(() => HT.state.set({ theme: 'light' }));
  history.light = await narrow.locator('.night img').evaluateAll((all) => all.filter((each) => each.checkVisibility()).map((each) => each.getAttribute('src')));
  await narrow.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await narrow.evaluate(() => HT.state.set({ theme: '' }));
  history.paper = await narrow.evaluate(() => getComputedStyle(document.body).backgroundColor);
  return { page, index, history, errors };
};
