#!/usr/bin/env bash
# class-validator 0.15.1: validateSync accepts what a validator with a promise rejects.
#
# Behaviour: a validator that is announced as asynchronous is not called. One that returns a promise without being announced is called,
# and its promise counts as acceptance. Neither throws, warns or is in the result; `validate` awaits both.
#
# Output seen on Node 20.20.2:
#   announced:   validateSync 0 errors, called 0 times; validate 1 error
#   unannounced: validateSync 0 errors, called 1 times; validate 1 error
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund class-validator@0.15.1

cat >probe.cjs <<'SCRIPT'
const { registerDecorator, validate, validateSync } = require('class-validator');

let called = 0;
const validator = { validate: async () => (called++, false), defaultMessage: () => 'is unknown' };
class Announced {}
registerDecorator({ name: 'isKnown', target: Announced, propertyName: 'sku', async: true, validator });
class Unannounced {}
registerDecorator({ name: 'isKnown', target: Unannounced, propertyName: 'sku', validator });

(async () => {
  let isAsStated = true;
  for (const [name, Order, calls] of [['announced:  ', Announced, 0], ['unannounced:', Unannounced, 1]]) {
    const order = Object.assign(new Order(), { sku: 'X' });
    called = 0;
    const atOnce = validateSync(order).length;
    const seen = called;
    const awaited = (await validate(order)).length;
    console.log(`${name} validateSync ${atOnce} errors, called ${seen} times; validate ${awaited} error`);
    isAsStated &&= atOnce === 0 && seen === calls && awaited === 1;
  }
  process.exit(isAsStated ? 0 : 1);
})();
SCRIPT
node probe.cjs
