// The page of a case in a run that has little.
'use strict';

const { open } = require('./watched.cjs');

module.exports = async (browser, base, name) => {
  const { page, wrong } = await open(browser, `${base}/case.html#case=${name}`);
  await page.locator('#answers li').first().waitFor();
  await page.locator('#case-launches svg').first().waitFor();
  return {
    answers: await page.locator('#answers li').allInnerTexts(),
    code: await page.locator('#code').innerText(),
    neighbours: await page.locator('#series').innerText(),
    alongShown: await page.locator('#along').isVisible(),
    wrong,
  };
};
