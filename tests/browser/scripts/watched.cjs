// Pages that are watched: what the console says and what goes wrong is kept, and dialogs count as wrong.
'use strict';

const axe = require('axe-core');

// {page, wrong}: a page of its own, and what went wrong in it so far.
exports.open = async (browser, url, { width = 1100, colorScheme = 'light', ...more } = {}) => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce', ...more });
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong.push(message.text()); });
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('dialog', (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(url);
  return { page, wrong };
};

// The rules that a page breaks, as axe-core names them, with where.
exports.broken = async (page) => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'], preload: false }));
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
};

exports.tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
