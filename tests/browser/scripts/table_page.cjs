// The table of everything: what it shows, how it sorts and filters, what can be taken away.
'use strict';

const { broken, open, tooWide } = require('./watched.cjs');

module.exports = async (browser, base, { script }) => {
  const { page, wrong } = await open(browser, `${base}/table.html`);
  const answer = {};
  const column = (number) => page.locator(`#region tbody tr > :nth-child(${number})`).allInnerTexts();
  const one = (selector) => page.locator(selector).innerText();
  const heads = () => page.locator('#region thead th').allInnerTexts();
  const go = (hash) => page.goto(`${base}/table.html#${hash}`);
  const sorted = () => page.locator('#region th[aria-sort]').evaluateAll((all) => all.map((th) => [th.innerText.replace(/[▲▼]/, '').trim(), th.getAttribute('aria-sort')]));
  const download = async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
    const parts = [];
    for await (const part of await file.createReadStream()) parts.push(part);
    return { name: file.suggestedFilename(), text: Buffer.concat(parts).toString('utf-8') };
  };

  answer.tollHeads = await heads();
  answer.tolls = await one('#count');
  answer.shown = await page.locator('#region tbody tr').count();
  answer.tollCsv = await download();

  await page.getByLabel('arm', { exact: true }).check();
  answer.arms = await one('#count');
  answer.armHeads = await heads();
  answer.armCsv = await download();
  await page.getByRole('button', { name: 'Show 200 more' }).click();
  answer.more = await page.locator('#region tbody tr').count();

  // Sorting by keyboard: the largest first, then the smallest, then the run's order.
  answer.unsorted = await sorted();
  answer.order = [];
  for (let press = 0; press < 3; press += 1) {
    await page.locator('[data-key="ns"]').focus();
    await page.keyboard.press('Enter');
    answer.order.push({ sorted: await sorted(), ns: await column(4), focused: await page.evaluate(() => document.activeElement.dataset.key), hash: await page.evaluate(() => location.hash) });
  }
  await go('rows=arms&sort=ns');
  answer.smallestLast = await page.evaluate(() => HT.tableRows.chosen({ kind: 'arms', text: '', allocators: HT.data.allocators, column: HT.tableColumns.arms.find((each) => each.name === 'ns') }).rows.slice(-3).map((row) => row.status));
  await go('rows=arms&sort=case');
  answer.byName = await column(1);

  await go('rows=arms&find=crashed');
  answer.crashed = await page.locator('#region tbody tr').allInnerTexts();
  await go('rows=arms&status=contended');
  answer.contended = await column(1);
  answer.hollow = await page.locator('#region tbody .mark path').first().getAttribute('fill');
  await go('find=' + encodeURIComponent('/by_value\\/(8|64)$/') + '&scenario=returned_pointer&off=glibc,jemalloc,mimalloc');
  answer.regex = await column(1);
  answer.regexCount = await one('#count');
  await go('find=' + encodeURIComponent('/(/'));
  answer.complaint = await one('#complaint');
  answer.unfiltered = await one('#count');
  await page.locator('#filters input[type=search]').fill('BY_VALUE/64');
  await page.waitForFunction(() => location.hash.includes('BY_VALUE'));
  answer.typed = [...new Set(await column(1))];
  answer.complaintGone = await page.locator('#complaint').isHidden();
  answer.typedHash = await page.evaluate(() => location.hash);
  await page.locator('#filters input[type=search]').fill('nothing is called so');
  await page.getByRole('button', { name: 'Show everything' }).click();
  answer.everything = await one('#count');
  await go('rows=arms&arm=null&status=ok&scenario=boxed_value');
  answer.arm = [...new Set(await column(3))];

  await go('find=' + encodeURIComponent(script));
  answer.hostile = [...new Set(await column(1))];
  await page.locator('#region tbody a').first().click();
  await page.locator('#answers li').first().waitFor();
  answer.opened = await one('h1');
  answer.wrong = wrong;

  answer.broken = [];
  answer.tooWide = [];
  for (const [width, colorScheme, hash] of [[1100, 'light', 'rows=arms&status=crashed'], [360, 'dark', 'sort=-toll']]) {
    const other = await open(browser, `${base}/table.html#${hash}`, { width, colorScheme });
    answer.broken.push(...await broken(other.page));
    answer.tooWide.push(await tooWide(other.page));
    answer.wrong.push(...other.wrong);
  }
  return answer;
};
