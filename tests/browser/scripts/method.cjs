// The method page, the words at the top of the first page, and the warnings on every page.
// ({quiet, noisy, one}, pages): file:// addresses of three sites, and names of their pages. Gives what test_method.py asks for.
'use strict';

const fs = require('node:fs');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

async function open(context, url, errors) {
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(`${url}: ${message.text()}`));
  page.on('pageerror', (error) => errors.push(`${url}: ${error.message}`));
  page.on('dialog', (dialog) => { errors.push(`${url}: dialog ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(url);
  return page;
}

/* Figures are drawn as they come near the window. */
async function drawn(page, ids) {
  for (const id of ids) {
    await page.waitForSelector(`#${id}`);
    await page.evaluate((name) => document.getElementById(name).scrollIntoView(), id);
    await page.waitForSelector(`#${id} .drawing svg, #${id} .drawing p`);
  }
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], preload: false }));
  return found.violations.filter((each) => ['serious', 'critical'].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join('; ')}`);
}

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

module.exports = async (browser, sites, pages) => {
  const errors = [];
  const found = { axe: {}, overflow: {}, warned: {}, errors };
  for (const [scheme, width] of [['light', 1100], ['dark', 360]]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme });
    const looked = [['quiet', 'method.html'], ['noisy', 'method.html'], ['noisy', 'index.html']];
    if (scheme === 'light') looked.push(['one', 'method.html']);
    for (const [site, name] of looked) {
      const page = await open(context, `${sites[site]}/${name}`, errors);
      if (name === 'method.html') {
        const charts = ['quiet-launches', 'quiet-cases', ...(site === 'one' ? [] : ['same-code'])];
        await drawn(page, charts);
      }
      for (const each of await page.locator('details:not(.figures) > summary').all()) await each.evaluate((summary) => { summary.parentElement.open = true; });
      const key = `${site}/${name} ${scheme} ${width}`;
      if (site !== 'one') found.axe[key] = await violations(page);
      found.overflow[key] = await wide(page);
      await page.close();
    }
    await context.close();
  }

  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  for (const site of ['quiet', 'noisy']) {
    found.warned[site] = {};
    for (const name of pages) {
      const page = await open(context, `${sites[site]}/${name}`, errors);
      found.warned[site][name] = await page.locator('section.warnings, .verdict').allInnerTexts();
      await page.close();
    }
  }

  let page = await open(context, `${sites.quiet}/index.html#theme=dark&unit=cycles`, errors);
  found.numberLink = await page.locator('.sentences a.number-link').first().evaluate((link) => [link.title, link.getAttribute('href')]);
  const sentence = page.locator('.sentences a[data-chart]').first();
  const chart = await sentence.getAttribute('data-chart');
  await sentence.click();
  await page.waitForFunction((id) => document.getElementById(id).contains(document.activeElement), chart);
  found.toChart = [chart, await page.evaluate(() => location.hash)];
  found.footer = await page.locator('footer .terms a').first().evaluate((link) => [link.textContent, link.title, link.getAttribute('href')]);
  await page.click('footer .terms a');
  await page.waitForSelector('#term-toll');
  await page.waitForFunction(() => window.scrollY > 0);
  found.arrived = await page.evaluate(() => [document.documentElement.dataset.theme, document.getElementById('term-toll').getBoundingClientRect().top < innerHeight]);
  // A place on the same page keeps what was chosen; the browser's own kind of link works too.
  await page.click('.contents a[href*="limits"]');
  found.within = await page.evaluate(() => [location.hash, document.documentElement.dataset.theme]);
  await page.close();
  page = await open(context, `${sites.quiet}/method.html#interval`, errors);
  await page.waitForFunction(() => window.scrollY > 0);
  found.plainAnchor = await page.evaluate(() => document.getElementById('interval').getBoundingClientRect().top < innerHeight);
  found.links = await page.locator('main a[href^="#"]').evaluateAll((links) => links.map((link) => link.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id)));

  await drawn(page, ['same-code']);
  await page.focus('#same-code .drawing');
  await page.keyboard.press('ArrowRight');
  found.announced = await page.textContent('#announcer');
  await page.close();

  page = await open(context, `${sites.quiet}/method.html`, errors);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.waitForSelector('#quiet-launches');
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  found.print = await page.evaluate(() => ({
    drawn: document.querySelectorAll('.drawing svg').length, nav: getComputedStyle(document.querySelector('header nav')).display,
    contents: getComputedStyle(document.querySelector('.contents')).display, background: getComputedStyle(document.body).backgroundColor,
  }));
  await page.close();

  page = await open(context, `${sites.noisy}/method.html`, errors);
  found.scripts = await page.evaluate(() => [...document.querySelectorAll('main script, main i, main b, main u')].length);
  found.verdict = await page.locator('#verdict h2').innerText();
  found.noisyText = await page.locator('main').innerText();
  await page.close();
  await context.close();

  // Without its data file a page says what is wrong.
  const torn = await browser.newContext();
  await torn.route('**/data/method.js', (route) => route.abort());
  page = await torn.newPage();
  await page.goto(`${sites.quiet}/method.html`);
  await page.waitForSelector('#quiet-charts .warnings');
  found.torn = await page.textContent('#quiet-charts .warnings');
  await torn.close();
  return found;
};
