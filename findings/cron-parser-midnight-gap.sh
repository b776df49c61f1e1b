#!/usr/bin/env bash
# cron-parser 5.10.3: a daily pattern skips the date whose midnight a change of the clock leaves out.
#
# Behaviour: `0 0 * * *` in a time zone whose clock goes from 24:00 to 01:00 yields no date on that day, where other times of day
# that are left out yield the first instant after the gap (`30 2 * * *` in Europe/Berlin does). A pattern that names that date alone
# (`0 0 29 3 *`) has none in that year.
#
# Output seen on Node 20.20.2 (the right values in brackets):
#   0 0 * * *  America/Havana    after 2026-03-07T12:00Z: 2026-03-09T04:00  [2026-03-08T05:00]
#   0 0 * * *  Asia/Beirut       after 2026-03-28T12:00Z: 2026-03-29T21:00  [2026-03-28T22:00]
#   0 0 29 3 * Asia/Beirut       after 2026-03-01T12:00Z: 2027-03-28T21:00  [2026-03-28T22:00]
#   0 0 * * *  Africa/Cairo      after 2026-04-23T12:00Z: 2026-04-24T21:00  [2026-04-23T22:00]
#   0 0 * * *  America/Santiago  after 2026-09-05T12:00Z: 2026-09-07T03:00  [2026-09-06T04:00]
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund cron-parser@5.10.3

cat >probe.cjs <<'SCRIPT'
const { CronExpressionParser } = require('cron-parser');

const cases = [
  ['0 0 * * *', 'America/Havana', '2026-03-07T12:00Z', '2026-03-09T04:00'],
  ['0 0 * * *', 'Asia/Beirut', '2026-03-28T12:00Z', '2026-03-29T21:00'],
  ['0 0 29 3 *', 'Asia/Beirut', '2026-03-01T12:00Z', '2027-03-28T21:00'],
  ['0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00Z', '2026-04-24T21:00'],
  ['0 0 * * *', 'America/Santiago', '2026-09-05T12:00Z', '2026-09-07T03:00'],
];
let isAsStated = true;
for (const [pattern, tz, from, stated] of cases) {
  const next = CronExpressionParser.parse(pattern, { tz, currentDate: new Date(from) }).next().toDate();
  const seen = next.toISOString().slice(0, 16);
  console.log(`${pattern} ${tz} after ${from}: ${seen}`);
  isAsStated &&= seen === stated;
}
process.exit(isAsStated ? 0 : 1);
SCRIPT
node probe.cjs
