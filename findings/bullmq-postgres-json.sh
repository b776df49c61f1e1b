#!/usr/bin/env bash
# BullMQ 6.7.0, PostgreSQL backend (here on PGlite 0.5.16): JSON with U+0000 or half of a surrogate pair is rejected, as job data and
# as a result.
#
# Behaviour: the backend casts JSON to `jsonb`, which has neither U+0000 nor lone surrogates. JSON has both (RFC 8259 §7), and BullMQ's
# Redis backend keeps the text. `add` throws SQLSTATE 22P05 or 22P02. With such a result `moveToCompleted` throws and the job stays
# `active`: its work is done, and it is run again as stalled.
#
# Output seen on Node 20.20.2:
#   add plain text: added
#   add U+0000: 22P05
#   add lone surrogate: 22P02
#   complete with U+0000: 22P05, the job is active
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund bullmq@6.7.0 @electric-sql/pglite@0.5.16

cat >probe.cjs <<'SCRIPT'
const { PGlite } = require('@electric-sql/pglite');
const { PostgresConnection, PostgresQueueBackend, Queue, runMigrations, Worker } = require('bullmq');

const same = (value) => value;
/** Parameters are text already, as `pg` sends them. */
const serializers = new Proxy({}, { get: (_, key) => (/^\d+$/.test(String(key)) ? same : undefined), has: (_, key) => /^\d+$/.test(String(key)) });
const parsers = { 20: same, 1700: same };
const asText = (value) => (value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value));

async function main() {
  const database = new PGlite();
  const query = async (text, params = []) => {
    const result = params.length === 0 ? (await database.exec(text, { parsers })).at(-1) : await database.query(text, params.map(asText), { parsers, serializers });
    return { rows: result?.rows ?? [], rowCount: result?.rows.length || (result?.affectedRows ?? 0) };
  };
  const client = { query, release: () => {}, on: () => client, removeAllListeners: () => client };
  const pool = { ...client, options: { keepAlive: true }, connect: async () => client, end: async () => {} };
  await runMigrations({ query }, 'jobs');
  await query('SET search_path TO jobs');
  class Ready extends PostgresConnection {
    async waitUntilReady() {}
  }
  const factory = (name, options) => new PostgresQueueBackend(new Ready(pool), name, { ...options, connection: pool }, true);
  const queue = new Queue('probe', { connection: {} }, factory);
  const outcomeOf = (work) => work.then(() => 'added', (error) => error.code ?? error.message);

  const seen = [
    `add plain text: ${await outcomeOf(queue.add('a', { text: 'plain' }, { jobId: 'plain' }))}`,
    `add U+0000: ${await outcomeOf(queue.add('a', { text: 'x\u0000y' }))}`,
    `add lone surrogate: ${await outcomeOf(queue.add('a', { text: '\ud800' }))}`,
  ];
  const worker = new Worker('probe', undefined, { connection: {} }, factory);
  const job = await worker.getNextJob('token', { block: false });
  const completed = await outcomeOf(job.moveToCompleted('x\u0000y', 'token', false));
  seen.push(`complete with U+0000: ${completed}, the job is ${await queue.getJobState('plain')}`);
  console.log(seen.join('\n'));

  const expected = ['add plain text: added', 'add U+0000: 22P05', 'add lone surrogate: 22P02', 'complete with U+0000: 22P05, the job is active'];
  process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
SCRIPT
node probe.cjs
