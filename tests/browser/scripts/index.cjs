// index.html: a visit of one kind, and what was seen. (task, address of the page's folder, more)
'use strict';

const fs = require('node:fs');

const CHARTS = ['headline', 'forest', 'heat_map', 'size_sweep', 'toll_parts', 'break_even', 'lifetime_blocks'];

async function open(browser, site, errors, { hash = '', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => !/^(file|data|blob):/.test(request.url()) && errors.push(`asks the network: ${request.url()}`));
  page.on('dialog', (dialog) => { errors.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(`${site}/index.html${hash}`);
  if (options.javaScriptEnabled !== false) await settled(page);
  return page;
}

// Every chart is drawn, or says why it is not.
const settled = (page) => page.waitForFunction((ids) => ids.every((id) => document.querySelector(`#${id} .drawing svg, #${id}.empty`)), CHARTS);

// The state is as asked and the chart is drawn for it.
const redrawn = (page, id) => page.waitForFunction((chart) => {
  const svg = document.querySelector(`#${chart} .drawing > *`);
  if (svg === window.seen) return false;
  window.seen = svg;
  return true;
}, id);

const marks = (page, id) => page.evaluate((chart) => {
  const colours = {};
  document.querySelectorAll(`#${chart} .drawing svg [aria-label=dot] path, #${chart} .drawing svg [aria-label=dot] circle`).forEach((mark) => {
    const colour = mark.getAttribute('stroke') || mark.parentElement.getAttribute('stroke');
    colours[colour] = (colours[colour] || 0) + 1;
  });
  return colours;
}, id);

const text = (page, id) => page.evaluate((chart) => document.querySelector(`#${chart}`).textContent, id);
const ticks = (page, id) => page.evaluate((chart) => [...document.querySelectorAll(`#${chart} .drawing .ticks text`)].map((each) => each.textContent), id);

const table = async (page, id) => {
  await page.evaluate((chart) => { document.querySelector(`#${chart} details`).open = true; }, id);
  await page.waitForSelector(`#${id} details table`);
  return page.evaluate((chart) => [...document.querySelectorAll(`#${chart} details tr`)].map((row) => [...row.children].map((cell) => cell.textContent)), id);
};

async function downloaded(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

const TASKS = {
  // What is there at first, and under a finger and a key.
  async first(browser, site, errors) {
    const page = await open(browser, site, errors);
    const found = { charts: {}, empty: {}, tables: {} };
    for (const id of CHARTS) {
      found.charts[id] = await page.locator(`#${id} .drawing svg`).count();
      found.empty[id] = await page.evaluate((chart) => document.querySelector(`#${chart}`).classList.contains('empty'), id);
      if (!found.empty[id]) found.tables[id] = (await table(page, id)).length;
    }
    found.heatMap = await table(page, 'heat_map');
    found.notes = await page.evaluate((ids) => Object.fromEntries(ids.map((id) => [id, document.querySelector(`#${id} .note`).textContent])), CHARTS);
    found.shapes = await page.evaluate(() => {
      const shape = (colour) => new Set([...document.querySelectorAll(`#headline [aria-label=dot] path[fill="${colour}"]`)].map((path) => path.getAttribute('d'))).size;
      return HT.data.allocators.map((each) => shape(HT.colour(each)));
    });
    found.elements = await page.evaluate(() => document.querySelectorAll('main img, main script, main b').length);

    await page.locator('#headline .drawing').focus();
    found.said = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'End']) {
      await page.keyboard.press(key);
      found.said.push(await page.textContent('#announcer'));
    }
    found.rings = await page.locator('#headline .ring').count();
    await page.keyboard.press('Escape');
    found.afterEscape = await page.locator('#headline .tip').isVisible();
    await page.locator('#heat_map .drawing').focus();
    found.grid = [];
    for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
      await page.keyboard.press(key);
      found.grid.push((await page.textContent('#announcer')).split('. ')[0]);
    }
    await Promise.all([page.waitForURL(/case\.html/), page.keyboard.press('Enter')]);
    found.opened = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('case');
    return found;
  },

  async pointer(browser, site, errors) {
    const page = await open(browser, site, errors);
    const spot = await page.evaluate(() => {
      document.querySelector('#headline .drawing').scrollIntoView();
      window.scrollBy(0, -250);
      const box = document.querySelector('#headline .drawing [aria-label=dot] path').getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    });
    await page.mouse.move(...spot);
    const tip = await page.locator('#headline .tip').allInnerTexts();
    await page.mouse.move(2, 2);
    const gone = !(await page.locator('#headline .tip').isVisible());
    const csv = await downloaded(page, '#headline button:has-text("Download CSV")');
    const svg = await downloaded(page, '#lifetime_blocks button:has-text("Download SVG")');
    const parsed = await page.evaluate((source) => {
      const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
      return { error: !!parsed.querySelector('parsererror'), panels: [...parsed.documentElement.children].filter((each) => each.tagName === 'svg').map((each) => [each.getAttribute('x'), each.getAttribute('y')].join()), variables: source.includes('var(') };
    }, svg);
    await page.click('#forest button:has-text("Copy link")');
    const link = await page.evaluate(() => location.hash);
    return { tip, gone, csv, svg: parsed, link };
  },

  // A finger, which does not hover.
  async finger(browser, site, errors) {
    const page = await open(browser, site, errors, { viewport: { width: 400, height: 800 }, hasTouch: true });
    const spot = await page.evaluate(() => {
      document.querySelector('#headline .drawing').scrollIntoView();
      window.scrollBy(0, -250);
      const box = document.querySelector('#headline .drawing [aria-label=dot] path').getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    });
    await page.touchscreen.tap(...spot);
    const [tip] = await page.locator('#headline .tip').allInnerTexts();
    const stayed = page.url().includes('index.html');
    await Promise.all([page.waitForURL(/case\.html/), page.touchscreen.tap(...spot)]);
    const percents = await page.evaluate(() => [-0.001, 0, 0.004, 2.314, -12.46, 1234.5].map(HT.format.percent));
    return { tip, stayed, percents, tick: await page.evaluate(() => HT.format.tick(-5000, HT.format.units.ns)) };
  },

  // Addresses that ask for what there is not.
  async odd(browser, site, errors, hashes) {
    const found = [];
    for (const [file, hash] of hashes) {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(`${hash}: ${error}`));
      await page.goto(`${site}/${file}${hash}`);
      await page.waitForSelector('.chart .drawing svg');
      found.push(await page.evaluate(() => [...document.querySelectorAll('#controls input[type=radio]:checked, #controls select, #theme select')].map((each) => each.value)));
      await context.close();
    }
    return { found };
  },

  // Pages that a phone would have to scroll sideways, by how much.
  async wide(browser, site, errors, name) {
    const page = await open(browser, site, errors, { viewport: { width: 360, height: 800 } });
    const wide = {};
    for (const file of ['index.html', 'case.html', `case.html#${new URLSearchParams({ case: name })}`, 'table.html', 'compare.html', 'machines.html', 'method.html']) {
      await page.goto('about:blank');
      await page.goto(`${site}/${file}`);
      await page.waitForTimeout(150);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) wide[file] = over;
    }
    return { wide };
  },

  // How often somebody asked where a drawing lies: each time after a change of the page lays it out.
  async layouts(browser, site, errors) {
    const page = await open(browser, site, errors);
    await redrawn(page, 'headline');
    await page.evaluate(() => {
      window.asked = 0;
      const own = Element.prototype.getBoundingClientRect;
      SVGElement.prototype.getBoundingClientRect = function () { window.asked += 1; return own.call(this); };
      HT.state.set({ scale: 'linear' });
    });
    await redrawn(page, 'headline');
    const drawing = await page.evaluate(() => window.asked);
    await page.focus('#headline .drawing');
    await page.keyboard.press('ArrowDown');
    return { drawing, pointing: await page.evaluate(() => window.asked) };
  },

  // The choices, one after the other.
  async choices(browser, site, errors) {
    const page = await open(browser, site, errors);
    const found = { before: await marks(page, 'headline') };
    await redrawn(page, 'headline');
    await page.uncheck('input[value=jemalloc]');
    await redrawn(page, 'headline');
    found.after = await marks(page, 'headline');
    found.focus = await page.evaluate(() => document.activeElement.value);
    found.off = await page.evaluate(() => location.hash);
    found.names = await page.evaluate(() => HT.data.allocators.map((each) => [each.name, HT.colour(each)]));
    for (const unit of ['cycles', 'ratio']) {
      await page.check(`input[value=${unit}]`);
      await redrawn(page, 'headline');
      found[unit] = await ticks(page, 'headline');
    }
    await page.check('input[value=linear]');
    await redrawn(page, 'headline');
    found.linear = await ticks(page, 'headline');
    await page.selectOption('select[name=scenario]', 'lifetime');
    await redrawn(page, 'headline');
    found.scenario = [...new Set((await table(page, 'headline')).slice(1).map((row) => row[0].split('/')[0]))];
    await page.evaluate(() => document.querySelector('#size_sweep').scrollIntoView());
    await page.waitForSelector('#size_sweep.empty');
    found.elsewhere = await text(page, 'size_sweep');
    found.address = await page.evaluate(() => location.hash);
    await page.click('button[name=reset]');
    found.reset = await page.evaluate(() => location.hash);
    await page.waitForSelector('#size_sweep:not(.empty)');
    await page.focus('select[name=beside]');
    await page.selectOption('select[name=beside]', { index: 1 });
    await page.waitForFunction(() => document.querySelectorAll('#size_sweep .drawing svg').length === 2);
    found.beside = await page.evaluate(() => [location.hash, document.activeElement.name]);
    return found;
  },

  // An address shows what it showed where it was copied.
  async link(browser, site, errors, hash) {
    const page = await open(browser, site, errors, { hash });
    await page.waitForFunction(() => document.activeElement.tagName === 'H2');
    const seen = await page.evaluate(() => [document.activeElement.textContent, document.activeElement.getBoundingClientRect().top]);
    await page.focus('.skip');
    await page.keyboard.press('Enter');
    return {
      skipped: await page.evaluate(() => [document.activeElement.id, location.hash]),
      focus: seen[0],
      top: seen[1],
      checked: await page.evaluate(() => [...document.querySelectorAll('#controls input:checked')].map((each) => each.value)),
      selected: await page.evaluate(() => [...document.querySelectorAll('#controls select, #size_sweep select')].map((each) => each.value)),
      panels: await page.locator('#size_sweep .drawing svg').count(),
      links: await page.evaluate(() => document.querySelector('#questions a').getAttribute('href')),
    };
  },

  // Readers with other screens, other colours, paper, or no scripts.
  async looks(browser, site, errors) {
    const found = { axe: {}, wide: {} };
    const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    for (const [width, colorScheme] of [[1100, 'light'], [360, 'dark']]) {
      const page = await open(browser, site, errors, { viewport: { width, height: 800 }, colorScheme });
      await page.evaluate(() => { document.querySelector('#forest details').open = true; });
      found.wide[width] = await page.evaluate(() => document.documentElement.scrollWidth);
      await page.evaluate(axe);
      const serious = (options) => page.evaluate(async (given) => (await axe.run({ preload: false, ...given })).violations.filter((each) => ['serious', 'critical'].includes(each.impact)).map((each) => `${each.id}: ${each.nodes[0].target}`), options);
      found.axe[colorScheme] = await serious();
      if (width === 360) {
        await page.evaluate(() => { document.querySelector('#theme select').removeAttribute('aria-label'); document.querySelector('h1').style.color = '#333'; });
        found.axe.planted = await serious({ runOnly: ['select-name', 'color-contrast'] });
      }
      found[colorScheme] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.context().close();
    }
    const page = await open(browser, site, errors, { hash: '#theme=dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    found.chosen = await background();
    await page.emulateMedia({ media: 'print' });
    found.paper = [await background()];
    await page.selectOption('#theme select', '', { force: true });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    found.paper.push(await background());
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    found.print = await page.evaluate(() => ({
      shown: ['#controls', '#questions', '.actions', '#headline .drawing svg', '#lifetime_blocks .drawing svg'].filter((each) => document.querySelector(each).checkVisibility()),
    }));
    const still = await open(browser, site, errors, { javaScriptEnabled: false });
    found.still = await still.evaluate(() => { const image = document.querySelector('.still'); return image && [image.complete, image.naturalWidth > 100, image.alt.length > 20]; });
    return found;
  },

  // Only whether it opens, and what each chart says.
  async glance(browser, site, errors, width) {
    const page = await open(browser, site, errors, { viewport: { width, height: 800 } });
    await page.evaluate(() => document.querySelector('#toll_parts').scrollIntoView());
    await page.locator('#toll_parts .drawing').focus();
    await page.keyboard.press('ArrowDown');
    return {
      parts: await page.textContent('#announcer'),
      wide: await page.evaluate(() => document.documentElement.scrollWidth),
      drawn: await page.evaluate(() => [...document.querySelectorAll('.chart:not(.empty)')].map((each) => each.id)),
      lacking: await page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.chart.empty')].map((each) => [each.id, each.querySelector('.drawing').textContent.trim()]))),
      note: await page.evaluate(() => document.querySelector('#headline .note').textContent),
    };
  },
};

module.exports = async (browser, task, site, ...more) => {
  const errors = [];
  const found = await TASKS[task](browser, site, errors, ...more);
  return { ...found, errors };
};
