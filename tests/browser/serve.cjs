// Starts Chromium, prints where it listens, and ends with whoever holds its standard input.
// node serve.cjs EXECUTABLE
'use strict';

const { chromium } = require('playwright-core');

async function main(executablePath) {
  const server = await chromium.launchServer({
    executablePath,
    host: '127.0.0.1',
    // Root, as in a container, has no sandbox; /dev/shm may be small there.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  console.log(JSON.stringify({ endpoint: server.wsEndpoint(), pid: server.process().pid }));
  server.on('close', () => process.exit(1));
  process.stdin.resume();
  process.stdin.on('end', () => {
    server.removeAllListeners('close');
    server.close().finally(() => process.exit(0));
  });
}

main(process.argv[2]).catch((error) => {
  console.error(error.stack ?? error);
  process.exit(1);
});
