#!/usr/bin/env bash
# class-validator 0.15.1: @Matches with a sticky pattern rejects every second valid value.
#
# Behaviour: the pattern of the decorator is used for all values, and its `lastIndex` is not reset: the next match begins where the last
# one ended. Global patterns are not affected (`String.prototype.match` resets them).
#
# Output seen on Node 20.20.2:
#   /[a-z]+/y: accepted, rejected, accepted, rejected
#   /[a-z]+/g: accepted, accepted, accepted, accepted
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund class-validator@0.15.1

cat >probe.cjs <<'SCRIPT'
const { Matches, validateSync } = require('class-validator');

let isAsStated = true;
for (const [pattern, stated] of [
  [/[a-z]+/y, 'accepted, rejected, accepted, rejected'],
  [/[a-z]+/g, 'accepted, accepted, accepted, accepted'],
]) {
  class Word {}
  Matches(pattern)(Word.prototype, 'text');
  const judge = () => (validateSync(Object.assign(new Word(), { text: 'abc' })).length === 0 ? 'accepted' : 'rejected');
  const seen = [judge(), judge(), judge(), judge()].join(', ');
  console.log(`${pattern}: ${seen}`);
  isAsStated &&= seen === stated;
}
process.exit(isAsStated ? 0 : 1);
SCRIPT
node probe.cjs
