#!/usr/bin/env bash
# pg 8.23.1 (pg-connection-string 2.14): `sslmode=require` verifies the server's certificate, as `verify-full` does.
#
# Behaviour: libpq encrypts with `sslmode=require` and verifies nothing unless there is a root certificate. pg takes `prefer`, `require`
# and `verify-ca` for `verify-full`: a server with a self-signed certificate, which psql connects to, is rejected. It warns that the
# next major version will do as libpq does, which verifies less. `no-verify`, which libpq does not know, encrypts without verifying.
#
# Output seen on Node 20.20.2 (pg's warning goes to stderr):
#   sslmode=prefer: DEPTH_ZERO_SELF_SIGNED_CERT
#   sslmode=require: DEPTH_ZERO_SELF_SIGNED_CERT
#   sslmode=verify-ca: DEPTH_ZERO_SELF_SIGNED_CERT
#   sslmode=verify-full: DEPTH_ZERO_SELF_SIGNED_CERT
#   sslmode=no-verify: connected with TLS
#   sslmode=require&uselibpqcompat=true: connected with TLS
#
# Exits 0 while the behaviour is as stated, 1 if it changes. Needs openssl.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 1 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2>/dev/null

cat >probe.cjs <<'SCRIPT'
const { readFileSync } = require('node:fs');
const { createServer } = require('node:net');
const { TLSSocket, createSecureContext } = require('node:tls');
const { Client } = require('pg');

const context = createSecureContext({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') });
// As much of a PostgreSQL as a client needs to connect: it agrees to TLS, lets anybody in and is ready.
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => {
    socket.write('S', () => {
      const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
      secure.on('error', () => undefined);
      secure.once('data', () => secure.write(Buffer.from('520000000800000000' + '5a0000000549', 'hex')));
    });
  });
});

async function connect(parameters) {
  const client = new Client(`postgres://me@localhost:${server.address().port}/db?${parameters}`);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'connected with TLS';
  } catch (error) {
    return error.code;
  } finally {
    client.end().catch(() => undefined);
  }
}

const cases = [
  ['sslmode=prefer', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['sslmode=require', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['sslmode=verify-ca', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['sslmode=verify-full', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['sslmode=no-verify', 'connected with TLS'],
  ['sslmode=require&uselibpqcompat=true', 'connected with TLS'],
];

server.listen(0, 'localhost', async () => {
  let isAsStated = true;
  for (const [parameters, stated] of cases) {
    const seen = await connect(parameters);
    console.log(`${parameters}: ${seen}`);
    isAsStated &&= seen === stated;
  }
  process.exit(isAsStated ? 0 : 1);
});
SCRIPT
node probe.cjs
