#!/usr/bin/env bash
# class-validator 0.15.1: @IsNumber({ maxDecimalPlaces }) throws for numbers that JavaScript prints with an exponent.
#
# Behaviour: the decimal places are counted in `value.toString().split('.')[1]`, and 1e-7 prints without a point. The TypeError is
# thrown whether the number has too many places or not (1e-7 has 7).
#
# Output seen on Node 20.20.2:
#   0.001 with 2 places: false
#   0.001 with 8 places: true
#   1e-7 with 2 places: TypeError
#   1e-7 with 8 places: TypeError
#
# Exits 0 while the behaviour is as stated, 1 if it changes.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund class-validator@0.15.1

cat >probe.cjs <<'SCRIPT'
const { isNumber } = require('class-validator');

const judge = (value, maxDecimalPlaces) => {
  try {
    return String(isNumber(value, { maxDecimalPlaces }));
  } catch (error) {
    return error.name;
  }
};
let isAsStated = true;
for (const [value, places, stated] of [[0.001, 2, 'false'], [0.001, 8, 'true'], [1e-7, 2, 'TypeError'], [1e-7, 8, 'TypeError']]) {
  const seen = judge(value, places);
  console.log(`${value} with ${places} places: ${seen}`);
  isAsStated &&= seen === stated;
}
process.exit(isAsStated ? 0 : 1);
SCRIPT
node probe.cjs
