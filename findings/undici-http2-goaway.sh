#!/usr/bin/env bash
# undici 7.30.2: a graceful GOAWAY fails the request that the server has accepted and is about to answer.
#
# A server ends an HTTP/2 connection in good order by a GOAWAY with NO_ERROR and the id of the last stream that it processes
# (RFC 9113 section 6.8); streams up to that id are completed. nginx does so after `keepalive_requests`, by default 1 000. Node's
# http2 client completes them. undici destroys the socket at any GOAWAY (lib/dispatcher/client-h2.js, onHttp2SessionGoAway), so that
# a POST fails that was carried out.
#
# Seen on Node 20.20.2:
#   node:http2: 200 after GOAWAY
#   undici:     HTTP/2: "GOAWAY" frame received with code 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2>/dev/null
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat >run.cjs <<'JS'
const { readFileSync } = require('node:fs');
const http2 = require('node:http2');
const { Client } = require('undici');

const cert = readFileSync('cert.pem');
const server = http2.createSecureServer({ key: readFileSync('key.pem'), cert });
server.on('stream', (stream) => {
  stream.on('error', () => undefined);
  stream.session.goaway(http2.constants.NGHTTP2_NO_ERROR, stream.id);
  setTimeout(() => !stream.destroyed && (stream.respond({ ':status': 200 }), stream.end('done')), 50);
});

function askNode(origin) {
  return new Promise((resolve) => {
    const session = http2.connect(origin, { ca: cert });
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    let seen = '';
    session.on('goaway', () => (seen = ' after GOAWAY'));
    stream.on('response', (headers) => resolve(headers[':status'] + seen)).on('error', (error) => resolve(error.message));
    stream.resume().end('x');
  });
}

async function askUndici(origin) {
  const client = new Client(origin, { allowH2: true, connect: { ca: cert } });
  try {
    const { statusCode } = await client.request({ method: 'POST', path: '/', body: 'x' });
    return String(statusCode);
  } catch (error) {
    return error.message;
  } finally {
    await client.destroy();
  }
}

server.listen(0, 'localhost', async () => {
  const origin = `https://localhost:${server.address().port}`;
  const byNode = await askNode(origin);
  const byUndici = await askUndici(origin);
  console.log(`node:http2: ${byNode}`);
  console.log(`undici:     ${byUndici}`);
  process.exit(byNode === '200 after GOAWAY' && /GOAWAY/.test(byUndici) ? 0 : 1);
});
JS
node run.cjs
