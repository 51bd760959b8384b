// What a page is called, and its headings: {title, headings}.
'use strict';

module.exports = async (browser, url) => {
  const page = await browser.newPage();
  await page.goto(url);
  return { title: await page.title(), headings: await page.locator('h1, h2, h3').allInnerTexts() };
};
