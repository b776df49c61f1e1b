import { createHash } from 'node:crypto';
import { findConfigProblems } from '../find-config-problems';

const SHORT = 'a secret of 31 bytes, one short';
const SERVICES = {
  'outgoing.yaml':
    "outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', services: { who: { method: GET, path: /who } } } } }",
};
const DEFINITIONS = `
  keys: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: acme-key-1 }] }
  own-key: { type: apiKey, header: X-API-Key, key: own-key-1 }`;
const JWT = 'type: jwt, issuer: i, audience: a';

const scrypt = (digit: number) => `scrypt:${'s'.repeat(22)}:${String(digit).repeat(43)}`;
const SCRYPT = scrypt(1);
const NOT_FOR_KEYS =
  'expected a key in the clear, or sha256: followed by 64 hexadecimal digits: scrypt is for passwords, which can be guessed; use a random key and its hash from `trunkline hash-key --generate`';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a configuration with security', () => {
  const findProblems = (files: Readonly<Record<string, string>>) =>
    findConfigProblems({ config: { ...SERVICES, ...files } });
  const withChannel = (channel: string, more: Readonly<Record<string, string>> = {}) =>
    findProblems({
      'security.yaml': `security:${DEFINITIONS}`,
      'channels.yaml': `channels: { rest: { a: { method: GET, path: /a, service: who, ${channel} } } }`,
      ...more,
    });

  it.each([
    ['security: keys', []],
    ['security: [keys], scopes: [orders]', []],
    ['security: none', []],
    ['security: kyes', ['channels.rest.a.security: there is no security definition kyes, did you mean `keys`?']],
    ['security: [keys, nobody]', ['channels.rest.a.security[1]: there is no security definition nobody']],
    [
      'security: [none, keys]',
      [
        'channels.rest.a.security[0]: expected a security definition: `none`, which lets everybody call, cannot be part of a list',
      ],
    ],
    ['security: []', ['channels.rest.a.security: expected a list that is not empty, got a list']],
    [
      'security: own-key',
      [
        'channels.rest.a.security: expected a security definition with callers, but own-key is a credential of the bus, for connections',
      ],
    ],
    [
      'scopes: [orders]',
      [
        'channels.rest.a.scopes: expected `security` beside `scopes`: without it no caller is known, and everybody may call',
      ],
    ],
    [
      'security: keys, scopes: ["a b"]',
      ['channels.rest.a.scopes[0]: expected a scope without blanks, quotes and backslashes, got "a b"'],
    ],
  ])('reports a channel with %s', async (channel, problems) => {
    expect(await withChannel(channel)).toEqual(problems);
  });

  it('reports a default of the bus that is not for channels', async () => {
    expect(await withChannel('', { 'bus.yaml': 'bus: { security: own-key }' })).toEqual([
      'bus.security: expected a security definition with callers, but own-key is a credential of the bus, for connections',
    ]);
  });

  it('reports a connection that names a definition with callers', async () => {
    expect(
      await findProblems({
        'outgoing.yaml': "outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', security: keys } } }",
        'security.yaml': `security:${DEFINITIONS}`,
      }),
    ).toEqual([
      'outgoing.rest.CRM.security: expected a security definition with one credential, but keys has callers, for channels',
    ]);
  });

  it.each([
    ['type: apiKey, header: X-API-Key', ': expected `callers`, for channels, or `key`, for connections'],
    [
      'type: apiKey, header: X-API-Key, key: abcd, callers: [{ name: acme, key: acme-key-1 }]',
      ': expected `callers`, for channels, or `key`, for connections',
    ],
    ['type: apiKey, header: Host, key: abcd', '.header: expected the name of a header such as X-Api-Key, got "Host"'],
    ['type: basic, username: bus', ': expected `callers`, for channels, or `username` and `password`, for connections'],
    [
      'type: apiKey, header: X-API-Key, callers: [{ name: a, key: same-key }, { name: b, key: same-key }]',
      '.callers[1].key: expected a unique key, but a has the same',
    ],
    [
      `type: apiKey, header: X-API-Key, callers: [{ name: a, key: same-key }, { name: b, key: 'sha256:${sha256('same-key')}' }]`,
      '.callers[1].key: expected a unique key, but a has the same',
    ],
    [
      'type: basic, callers: [{ name: a, username: u, password: same-key }, { name: b, username: u, password: same-key }]',
      '.callers[1].password: expected a unique user name and password, but a has the same',
    ],
    [
      'type: mtls, callers: [{ name: a, subject: { CN: x, O: y } }, { name: b, subject: { O: y, CN: x } }]',
      '.callers[1].subject: expected a unique subject, but a has the same',
    ],
    [
      'type: bearer, callers: [{ name: a, token: sha256:abc }]',
      '.callers[0].token: expected a key in the clear, or sha256: followed by 64 hexadecimal digits from `trunkline hash-key --algorithm sha256`, got a string that is not shown',
    ],
    [`type: bearer, callers: [{ name: a, token: '${SCRYPT}' }]`, `.callers[0].token: ${NOT_FOR_KEYS}`],
    [`type: apiKey, header: X-API-Key, callers: [{ name: a, key: '${SCRYPT}' }]`, `.callers[0].key: ${NOT_FOR_KEYS}`],
    [
      'type: basic, callers: [{ name: a, username: u, password: scrypt:abc }]',
      '.callers[0].password: expected a secret in the clear, or a hash (sha256:… or scrypt:…) that `trunkline hash-key` prints',
    ],
    [
      `type: basic, callers: [${[1, 2, 3].map((caller) => `{ name: a, username: u, password: '${scrypt(caller)}' }`).join()}]`,
      '.callers[2].password: expected at most 2 scrypt passwords for one user name, an old one and a new one',
    ],
    ['type: mtls, callers: [{ name: a }]', '.callers[0]: expected `fingerprint256` or `subject`'],
    [`${JWT}, algorithms: [none], secret: x`, '.algorithms[0]: expected HS256, HS384'],
    [
      `${JWT}, algorithms: [HS256]`,
      ': expected one of `jwks`, `publicKey` and `secret`, or an `issuer` with an https:// URL',
    ],
    [`${JWT}, algorithms: [HS256], secret: '${SHORT}'`, ': expected `algorithms` that match the key'],
    [`${JWT}, algorithms: [HS256], jwks: 'https://id.example.com/keys'`, ': expected `algorithms` that match the key'],
    [
      `${JWT}, algorithms: [RS256], jwks: 'http://id.example.com/keys'`,
      '.jwks: expected an https:// URL, or a URL of this machine',
    ],
  ])('reports a definition with %s', async (definition, problem) => {
    const problems = await findProblems({ 'security.yaml': `security: { x: { ${definition} } }` });

    expect(problems.join('\n')).toContain(`security.x${problem}`);
    expect(problems.join('\n')).not.toMatch(/same-key|a secret of 31/);
  });

  it('accepts two passwords for one user, for a change of passwords', async () => {
    const callers = '[{ name: a, username: u, password: old-key }, { name: a, username: u, password: new-key }]';

    expect(await findProblems({ 'security.yaml': `security: { x: { type: basic, callers: ${callers} } }` })).toEqual(
      [],
    );
  });

  it('reports client certificates without a listener that requests them', async () => {
    const problems = await findProblems({
      'security.yaml': 'security: { x: { type: mtls, callers: [{ name: a, subject: { CN: a } }] } }',
    });

    expect(problems).toEqual(['security.x.type: expected `bus.http.tls` with `requestCert: true` for mtls']);
  });
});
