#!/usr/bin/env bash
# BullMQ 6.7.0, PostgreSQL backend: workers deadlock when `removeOnComplete` has a `count`, and jobs fail whose work is done.
#
# Behaviour: `move_to_completed` calls `apply_retention` in the same transaction: `DELETE FROM job ... AND id NOT IN (SELECT id ...
# ORDER BY finished_at_ms DESC, seq DESC LIMIT keep_count)`. Transactions select overlapping jobs and wait for each other. PostgreSQL
# aborts one of them with SQLSTATE 40P01. The worker takes that for a failure of the job: it is run again if it has attempts left, else
# it fails. Without a `count` this does not happen.
#
# Output seen on Node 20.20.2, PostgreSQL 15.18 (the first number varies):
#   with a count: 9 of 800 jobs failed (deadlock detected), all 800 had run
#   without: 0 of 800 jobs failed, all 800 had run
#
# Exits 0 while the behaviour is as stated, 1 if it changes. Needs initdb, pg_ctl and postgres on the PATH, and runuser when run by root.
set -euo pipefail

directory=$(mktemp -d)
as_owner=()
if [ "$(id -u)" = 0 ]; then as_owner=(runuser -u nobody --); fi
trap '"${as_owner[@]}" pg_ctl stop -D "$directory/data" -m immediate >/dev/null 2>&1 || true; rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund bullmq@6.7.0 pg@8.23.1

chmod 755 "$directory"
mkdir data
if [ "$(id -u)" = 0 ]; then chown nobody data; fi
port=$(node -e 'const server = require("node:net").createServer(); server.listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); });')
"${as_owner[@]}" initdb -D "$directory/data" -U probe -A trust -E UTF8 --locale=C >/dev/null
"${as_owner[@]}" pg_ctl start -w -D "$directory/data" -l "$directory/data/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=" >/dev/null

cat >probe.cjs <<'SCRIPT'
const { setTimeout: sleep } = require('node:timers/promises');
const { createPostgresBackend, Queue, Worker } = require('bullmq');

const connection = { connectionString: `postgres://probe@127.0.0.1:${process.argv[2]}/postgres`, max: 10, migrate: true };
const JOBS = 800;
/** Whether transactions deadlock is a matter of their timing. */
const ROUNDS = 15;

async function measure(name, removeOnComplete) {
  const queue = new Queue(name, { connection }, createPostgresBackend);
  await queue.waitUntilReady();
  const done = new Set();
  const worker = new Worker(name, async ({ id }) => void done.add(id), { connection, concurrency: 20 }, createPostgresBackend);
  worker.on('error', () => undefined);
  queue.on('error', () => undefined);
  const ids = Array.from({ length: JOBS }, (_, index) => `job-${index}`).values();
  const addRest = async () => {
    for (const jobId of ids) await queue.add('work', {}, { jobId, removeOnComplete });
  };
  await Promise.all(Array.from({ length: 20 }, addRest));
  for (let left = 1; left > 0; await sleep(100)) left = await queue.getJobCountByTypes('waiting', 'active');
  const failed = await queue.getFailed();
  await worker.close();
  await queue.close();
  return { failed: failed.length, reasons: [...new Set(failed.map((job) => job.failedReason))].join(), done: done.size };
}

async function main() {
  let bounded;
  for (let round = 0; round < ROUNDS && !bounded?.failed; round += 1) bounded = await measure(`bounded-${round}`, { count: 3 });
  const unbounded = await measure('unbounded', false);
  console.log(`with a count: ${bounded.failed} of ${JOBS} jobs failed (${bounded.reasons}), all ${bounded.done} had run`);
  console.log(`without: ${unbounded.failed} of ${JOBS} jobs failed, all ${unbounded.done} had run`);
  const areAllDone = bounded.done === JOBS && unbounded.done === JOBS;
  process.exit(bounded.reasons === 'deadlock detected' && unbounded.failed === 0 && areAllDone ? 0 : 1);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
SCRIPT
node probe.cjs "$port"
