#!/usr/bin/env bash
# zod 4.6.7: `schema['~standard'].validate` runs an asynchronous refinement twice.
#
# Behaviour: the value is parsed synchronously first; where a refinement returns a promise that attempt is dropped and the value is
# parsed again asynchronously. The look-up behind the refinement is made twice for every value. `safeParseAsync` and valibot make it once.
#
# Output seen on Node 20.20.2:
#   zod ~standard.validate: 2
#   zod safeParseAsync: 1
#   valibot ~standard.validate: 1
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund zod@4.6.7 valibot@1.5.0

cat >probe.cjs <<'SCRIPT'
const z = require('zod');
const v = require('valibot');

let lookUps = 0;
const isKnown = async () => (lookUps++, true);
const byZod = z.object({ sku: z.string().refine(isKnown) });
const byValibot = v.objectAsync({ sku: v.pipeAsync(v.string(), v.checkAsync(isKnown)) });

(async () => {
  let isAsStated = true;
  for (const [name, validate, stated] of [
    ['zod ~standard.validate', byZod['~standard'].validate, 2],
    ['zod safeParseAsync', (value) => byZod.safeParseAsync(value), 1],
    ['valibot ~standard.validate', byValibot['~standard'].validate, 1],
  ]) {
    lookUps = 0;
    await validate({ sku: 'A' });
    console.log(`${name}: ${lookUps}`);
    isAsStated &&= lookUps === stated;
  }
  process.exit(isAsStated ? 0 : 1);
})();
SCRIPT
node probe.cjs
