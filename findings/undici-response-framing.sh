#!/usr/bin/env bash
# undici 7.30.2: three valid responses of HTTP/1.1 fail.
#
# - A 304 with the Content-Length that the 200 would have (RFC 9110 section 8.6 allows it; RFC 9112 section 6.3 ends the message at
#   the empty line): fails as a length mismatch after the headers, and the connection is closed.
# - A `100 Continue` that was not asked for, before the response (RFC 9110 section 15.2: a client must be able to parse it and may
#   discard it): fails as "bad response", whatever the method.
# - Two Content-Length of the same value (RFC 9110 section 8.6 lets a recipient take them as one): fails in the parser, and is
#   reported as a length mismatch.
#
# Seen on Node 20.20.2:
#   304 with Content-Length: Response body length does not match content-length header
#   unasked 100 Continue:    bad response
#   equal Content-Lengths:   Response body length does not match content-length header
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat >run.cjs <<'JS'
const { createServer } = require('node:net');
const { Client } = require('undici');

const RESPONSES = {
  '304 with Content-Length:': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n',
  'unasked 100 Continue:   ': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}',
  'equal Content-Lengths:  ': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}',
};

async function ask(bytes) {
  const server = createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.write(bytes)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client(`http://127.0.0.1:${server.address().port}`);
  try {
    const { statusCode, body } = await client.request({ method: 'GET', path: '/' });
    await body.text();
    return `accepted, ${statusCode}`;
  } catch (error) {
    return error.message;
  } finally {
    await client.destroy();
    server.close();
  }
}

(async () => {
  let isAsStated = true;
  for (const [name, bytes] of Object.entries(RESPONSES)) {
    const outcome = await ask(bytes);
    console.log(name, outcome);
    if (outcome.startsWith('accepted')) isAsStated = false;
  }
  process.exit(isAsStated ? 0 : 1);
})();
JS
node run.cjs
