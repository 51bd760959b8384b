// Runs one script in a Chromium that serve.cjs has started, and prints what the script returns, as JSON.
// node run.cjs ENDPOINT SCRIPT ARGUMENTS, the last a JSON array
'use strict';

const path = require('node:path');
const { chromium } = require('playwright-core');

// Standard output is the answer's alone; what a script prints is for whoever reads why it failed.
console.log = console.info = console.debug = console.error;

async function main(endpoint, script, given) {
  const run = require(path.resolve(script));
  if (typeof run !== 'function') {
    throw new Error(`${script} exports no function (browser, ...arguments)`);
  }
  const browser = await chromium.connect(endpoint);
  const answer = await run(browser, ...JSON.parse(given));
  if (answer === undefined) {
    throw new Error(`${script} returns nothing`);
  }
  await browser.close(); // with all that the script has opened; the others' pages and Chromium itself stay
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error.stack ?? error);
  process.exit(1);
});
