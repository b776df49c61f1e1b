#!/usr/bin/env bash
# arktype 2.2.10: `issue.path.map(…)` of an issue of the whole value is not empty.
#
# Behaviour: paths are of a subclass of Array whose constructor takes the items. `map` creates its result with the length, 0, so that the
# result of mapping an empty path is [0]: a consumer of Standard Schema reports the issue at the member 0. Array.from(path) is right.
#
# Output seen on Node 20.20.2:
#   path: 0 steps, mapped: 1 step [0], Array.from: 0 steps
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund arktype@2.2.10

cat >probe.cjs <<'SCRIPT'
const { type } = require('arktype');

const shape = type({ n: 'number', a: 'string' }).or({ b: 'boolean' });
const { issues } = shape['~standard'].validate({ n: 'five' });
const { path } = issues[0];
const mapped = path.map((step) => step);
const copied = Array.from(path);
console.log(`path: ${path.length} steps, mapped: ${mapped.length} step [${mapped.join()}], Array.from: ${copied.length} steps`);
process.exit(path.length === 0 && mapped.length === 1 && copied.length === 0 ? 0 : 1);
SCRIPT
node probe.cjs
