#!/usr/bin/env bash
# undici 7.30.2: the TLS alert of a server that wants a client certificate is lost.
#
# In TLS 1.3 a server rejects a client without a certificate after the handshake (RFC 8446 section 4.4.2.4: alert
# `certificate_required`). Node emits the alert as an `error` of the socket and leaves the socket open; when it ends a moment later,
# undici replaces the alert by "other side closed" (lib/dispatcher/client-h1.js, onHttpSocketEnd). In TLS 1.2 the alert is reported.
#
# Seen on Node 20.20.2:
#   socket: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED
#   undici: UND_ERR_SOCKET other side closed
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
const tls = require('node:tls');
const { Client } = require('undici');

const cert = readFileSync('cert.pem');
const server = tls.createServer({ key: readFileSync('key.pem'), cert, ca: cert, requestCert: true, rejectUnauthorized: true });
server.on('tlsClientError', () => undefined);

server.listen(0, 'localhost', async () => {
  const { port } = server.address();
  let first = 'nothing';
  const connect = (_options, done) => {
    const socket = tls.connect({ port, host: 'localhost', ca: cert });
    socket.once('error', (error) => (first = error.code)).once('secureConnect', () => done(null, socket));
  };
  const client = new Client(`https://localhost:${port}`, { connect });
  const reported = await client.request({ method: 'GET', path: '/' }).then(
    ({ statusCode }) => String(statusCode),
    (error) => `${error.code} ${error.message}`,
  );
  console.log(`socket: ${first}`);
  console.log(`undici: ${reported}`);
  process.exit(/ALERT_CERTIFICATE_REQUIRED/.test(first) && /other side closed/.test(reported) ? 0 : 1);
});
JS
node run.cjs
