#!/usr/bin/env bash
# jose 6.2.17: what a key that cannot be used does in a key set depends on how many other keys there are.
#
# createLocalJWKSet() picks keys by their members and imports the key that a token names. When that key cannot be used, jwtVerify()
# rejects with what Web Crypto or a check of the key throws, DataError or TypeError, which is no JOSEError: a caller that turns every
# errors.JOSEError into 401, as for all other bad tokens, answers 500 for a mistake in the key set of the issuer. When two keys fit,
# the iterator of JWKSMultipleMatchingKeys leaves out keys that cannot be imported without a word, but yields an RSA key that is too
# short, so that the TypeError comes from the verification instead. RFC 7517 section 5 says that such keys should be ignored.
#
# Seen on Node 20.20.2:
#   point off the curve, alone: DataError, JOSEError false
#   RSA of 1024 bits, alone: TypeError, JOSEError false
#   key id that is not in the set: ERR_JWKS_NO_MATCHING_KEY, JOSEError true
#   candidates of [off the curve, good]: 1
#   candidates of [RSA of 1024 bits, good]: 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.17
cat >run.mjs <<'JS'
import { generateKeyPairSync, sign } from 'node:crypto';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const long = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const jwk = ({ publicKey }, kid) => ({ ...publicKey.export({ format: 'jwk' }), ...(kid && { kid }) });
const offCurve = (kid) => ({ ...jwk(ec, kid), x: Buffer.alloc(32, 1).toString('base64url') });
const token = (alg, kid, { privateKey }) => {
  const parts = [{ alg, ...(kid && { kid }) }, { sub: 'ann' }];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};
const verify = (keys, text) => jwtVerify(text, createLocalJWKSet({ keys })).then(() => undefined, (error) => error);
const shown = (error) => `${error.code?.length > 0 ? error.code : error.name}, JOSEError ${error instanceof errors.JOSEError}`;
const candidates = async (keys, text) => {
  let count = 0;
  for await (const _key of await verify(keys, text)) count += 1;
  return count;
};

const seen = {
  'point off the curve, alone': shown(await verify([offCurve('a')], token('ES256', 'a', ec))),
  'RSA of 1024 bits, alone': shown(await verify([jwk(short, 'a')], token('RS256', 'a', short))),
  'key id that is not in the set': shown(await verify([jwk(long, 'a')], token('RS256', 'b', long))),
  'candidates of [off the curve, good]': await candidates([offCurve(), jwk(ec)], token('ES256', undefined, ec)),
  'candidates of [RSA of 1024 bits, good]': await candidates([jwk(short), jwk(long)], token('RS256', undefined, long)),
};
for (const [what, how] of Object.entries(seen)) console.log(`${what}: ${how}`);
const stated = ['DataError, JOSEError false', 'TypeError, JOSEError false', 'ERR_JWKS_NO_MATCHING_KEY, JOSEError true', 1, 2];
process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify(stated) ? 0 : 1);
JS
node run.mjs
