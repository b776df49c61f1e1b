#!/usr/bin/env bash
# @nestjs/throttler 6.7.1 on @nestjs/platform-fastify 12.5.0: a limit that has a name sends no `Retry-After`.
#
# Behaviour: a throttler with a name (`ThrottlerModule.forRoot([{ name: 'short', ttl, limit }])`, the way to several limits at once)
# answers 429 with its delay in `Retry-After-short`, which no client reads: RFC 9110 section 10.2.3 knows `Retry-After` alone. Without
# a name the header is `Retry-After`. The exception does not hold the delay either.
#
# Output seen on Node 20.20.2:
#   without a name: 429, retry-after: 60, retry-after-short: none
#   named short: 429, retry-after: none, retry-after-short: 60
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nestjs/throttler@6.7.1 @nestjs/common@12.5.1 @nestjs/core@12.5.1 \
  @nestjs/platform-fastify@12.5.0 reflect-metadata@0.2.2 rxjs@7.8.2

cat >check.cjs <<'EOF'
require('reflect-metadata');
const { Controller, Get, Module } = require('@nestjs/common');
const { APP_GUARD, NestFactory } = require('@nestjs/core');
const { FastifyAdapter } = require('@nestjs/platform-fastify');
const { ThrottlerGuard, ThrottlerModule } = require('@nestjs/throttler');

async function seen(name) {
  class Things {
    read() {
      return { read: true };
    }
  }
  Controller('things')(Things);
  Get()(Things.prototype, 'read', Object.getOwnPropertyDescriptor(Things.prototype, 'read'));
  class App {}
  Module({
    imports: [ThrottlerModule.forRoot([{ ...(name && { name }), ttl: 60_000, limit: 1 }])],
    controllers: [Things],
    providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
  })(App);
  const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/things`;
  await fetch(url);
  const { status, headers } = await fetch(url);
  await app.close();
  return { status, plain: headers.get('retry-after') ?? 'none', named: headers.get('retry-after-short') ?? 'none' };
}

(async () => {
  const unnamed = await seen(undefined);
  const named = await seen('short');
  for (const [what, { status, plain, named: own }] of [['without a name', unnamed], ['named short', named]]) {
    console.log(`${what}: ${status}, retry-after: ${plain}, retry-after-short: ${own}`);
  }
  const isAsStated =
    unnamed.status === 429 && unnamed.plain !== 'none' && named.status === 429 && named.plain === 'none' && named.named !== 'none';
  process.exit(isAsStated ? 0 : 1);
})();
EOF
node check.cjs
