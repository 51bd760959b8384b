// The page of a case in a run that has little.
'use strict';

const { open } = require('./watched.cjs');

module.exports = async (browser, base, name) => {
  const { page, wrong } = await open(browser, `${base}/case.html#case=${name}`, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.locator('#answers li').first().waitFor();

  // On paper everything is drawn, also what was never in sight.
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  const printed = await page.locator('.chart:not(.empty) svg').count();
  const onPaper = await page.locator('.copy, .actions, nav, .controls').filter({ visible: true }).count();
  await page.emulateMedia({ media: 'screen' });

  // With a clipboard, and where a browser allows none.
  const copied = [];
  const button = page.locator('.copy').first();
  await button.click();
  await page.getByText('Copied').first().waitFor();
  copied.push(await page.evaluate(() => navigator.clipboard.readText()));
  await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); });
  await page.locator('.copy').last().click();
  await page.waitForFunction(() => [...document.querySelectorAll('.copy')].at(-1).textContent === 'Copied');
  copied.push(await page.evaluate(() => navigator.clipboard.readText()));
  return {
    printed,
    onPaper,
    copied,
    answers: await page.locator('#answers li').allInnerTexts(),
    code: await page.locator('#code').innerText(),
    neighbours: await page.locator('#series').innerText(),
    alongShown: await page.locator('#along').isVisible(),
    wrong,
  };
};
