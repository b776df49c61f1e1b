#!/usr/bin/env bash
# cron-parser 5.10.3: a daily pattern has no next date before a change of the clock by half an hour.
#
# Behaviour: Australia/Lord_Howe puts its clock back by 30 minutes on 2027-04-04 (at 2027-04-03T15:00Z). Asked for the date after the
# last tick before it, `0 3 * * *` throws "Invalid expression, loop limit exceeded"; so it does until 2027-04-03T14:30Z.
#
# Output seen on Node 20.20.2:
#   0 3 * * * Australia/Lord_Howe after 2027-04-01T16:00Z: 2027-04-02T16:00
#   0 3 * * * Australia/Lord_Howe after 2027-04-02T16:00Z: Invalid expression, loop limit exceeded  [2027-04-03T16:30]
#   0 3 * * * Australia/Lord_Howe after 2027-04-03T14:00Z: Invalid expression, loop limit exceeded  [2027-04-03T16:30]
#   0 3 * * * Australia/Lord_Howe after 2027-04-03T14:30Z: 2027-04-03T16:30
# (the right values in brackets)
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

function findNext(from) {
  const options = { tz: 'Australia/Lord_Howe', currentDate: new Date(from) };
  try {
    return CronExpressionParser.parse('0 3 * * *', options).next().toDate().toISOString().slice(0, 16);
  } catch (error) {
    return error.message;
  }
}

const cases = [
  ['2027-04-01T16:00Z', '2027-04-02T16:00'],
  ['2027-04-02T16:00Z', 'Invalid expression, loop limit exceeded'],
  ['2027-04-03T14:00Z', 'Invalid expression, loop limit exceeded'],
  ['2027-04-03T14:30Z', '2027-04-03T16:30'],
];
let isAsStated = true;
for (const [from, stated] of cases) {
  const seen = findNext(from);
  console.log(`0 3 * * * Australia/Lord_Howe after ${from}: ${seen}`);
  isAsStated &&= seen === stated;
}
process.exit(isAsStated ? 0 : 1);
SCRIPT
node probe.cjs
