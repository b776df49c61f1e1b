import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import { createLogger } from '../create-logger';

const SECRET = 'Canary_31f0b7';

const logLine = (fields: object, message = 'x', secrets: readonly string[] = []) => {
  let text = '';
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  createLogger({ destination, secrets }).info(fields, message);
  return text;
};
const logged = (...parameters: Parameters<typeof logLine>) => {
  const { level: _level, time: _time, ...members } = JSON.parse(logLine(...parameters));
  return members;
};

describe('secrets by the name of a field', () => {
  const NAMES = [
    'authorization',
    'Authorization',
    'PROXY-AUTHORIZATION',
    'cookie',
    'set-cookie',
    'Set-Cookie',
    'x-api-key',
    'X-Api-Key',
    'apiKey',
    'api_key',
    'API_KEY',
    'apikey',
    'password',
    'Password',
    'userPassword',
    'passwd',
    'pwd',
    'DB_PWD',
    'passphrase',
    'secret',
    'clientSecret',
    'client_secret',
    'SECRET_ACCESS_KEY',
    'token',
    'accessToken',
    'refresh_token',
    'csrf-token',
    'tokens',
    'privateKey',
    'private_key',
    'accessKey',
    'signing-key',
    'encryptionKey',
    'credential',
    'credentials',
    'sid',
    'connect.sid',
    'PHPSESSID',
    'session',
    'sessionId',
    'session_id',
    'otp',
    'otpCode',
    'userPin',
    'PIN',
    'pin_code',
    'jwt',
    'id-jwt',
    'signature',
    'x-hub-signature-256',
    'X-Amz-Signature',
    'sig',
    'hmac',
    'cvv',
    'csrf',
    'passcode',
    'subscription-key',
    'code_verifier',
    'SAMLResponse',
    'auth',
    'Auth',
    'basicAuth',
    'proxy-auth',
    'auth_data',
    'mfa_code',
    'mfaCode',
    '2fa-code',
    'oauthCode',
    'verification_code',
    'recoveryCode',
  ];

  it.each(NAMES)('%s is masked', (name) => {
    expect(logged({ [name]: SECRET })[name]).toBe('[redacted]');
  });

  it.each([
    'key',
    'keyword',
    'author',
    'authority',
    'authType',
    'oauth',
    'mfa',
    'passenger',
    'tokenUrl',
    'tokenized',
    'idempotency-key',
    'compass',
    'apiVersion',
    'cook',
    'code',
    'statusCode',
    'ping',
    'shipping',
    'spin',
    'inside',
    'sessions',
    'sessionCount',
    'signatureAlgorithm',
    'design',
    'x-partner-code',
  ])('%s is not masked', (name) => {
    expect(logged({ [name]: 'value' })[name]).toBe('value');
  });

  it('are masked at any place and of any type', () => {
    const secret = fc.oneof(
      fc.constant(SECRET),
      fc.constant([SECRET]),
      fc.constant({ deep: SECRET }),
      fc.constant(Buffer.from(SECRET)),
      fc.constant(new Set([SECRET])),
    );
    const member = fc.tuple(fc.constantFrom(...NAMES), secret);
    const holder = member.chain(([name, value]) =>
      fc.constantFrom<unknown>(
        { [name]: value },
        [{ [name]: value }],
        new Map([[name, value]]),
        [name, SECRET],
        [[name, SECRET]],
        JSON.stringify({ [name]: SECRET }),
      ),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        holder,
        tie('tree').map((inner) => ({ a: 1, inner })),
        tie('tree').map((inner) => ['b', inner]),
        tie('tree').map((inner) => JSON.stringify({ inner })),
      ),
    }));

    fc.assert(
      fc.property(tree, (value) => {
        const line = logLine({ value });

        expect(line).not.toContain(SECRET);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line)).toMatchObject({ level: 'info', msg: 'x' });
      }),
      { numRuns: 200 },
    );
  });

  it('are masked in the fields of parent loggers', () => {
    let text = '';
    const destination = new Writable({ write: (chunk, _encoding, done) => done(void (text += String(chunk))) });

    createLogger({ destination })
      .child({ headers: { cookie: SECRET } })
      .info('x');

    expect(text).toContain('"headers":{"cookie":"[redacted]"}');
  });

  it('are distinguished from absent values', () => {
    expect(logged({ password: null, token: '', hasSecret: true, secret: 0 })).toMatchObject({
      password: null,
      token: '',
      hasSecret: true,
      secret: '[redacted]',
    });
  });

  it('are masked in raw headers', () => {
    expect(logged({ rawHeaders: ['Host', 'a', 'X-Api-Key', SECRET, 'Accept', 'b'] }).rawHeaders).toEqual([
      'Host',
      'a',
      'X-Api-Key',
      '[redacted]',
      'Accept',
      'b',
    ]);
  });
});

describe('secrets in a query', () => {
  it('are masked by names that are not secret in other places', () => {
    expect(logged({ query: { code: SECRET, key: SECRET, page: '2' }, code: 'E_1', key: 'order' })).toMatchObject({
      query: { code: '[redacted]', key: '[redacted]', page: '2' },
      code: 'E_1',
      key: 'order',
    });
  });
});

describe('secrets by configured names', () => {
  const inLog = (value: unknown) => {
    let text = '';
    const destination = new Writable({ write: (chunk, _encoding, done) => done(void (text += String(chunk))) });
    createLogger({ destination, secretNames: ['X-Partner-Code', 'a.b(c'] }).info({ value }, 'x');
    return JSON.parse(text).value;
  };

  it.each([
    [{ headers: { 'x-partner-code': SECRET } }, { headers: { 'x-partner-code': '[redacted]' } }],
    [
      { xPartnerCode: SECRET, X_PARTNER_CODE: SECRET },
      { xPartnerCode: '[redacted]', X_PARTNER_CODE: '[redacted]' },
    ],
    [
      ['Host', 'a', 'X-Partner-Code', SECRET],
      ['Host', 'a', 'X-Partner-Code', '[redacted]'],
    ],
    [`X-PARTNER-CODE: ${SECRET} ${SECRET}\nHost: a`, 'X-PARTNER-CODE: [redacted]\nHost: a'],
    [`failed with {"x-partner-code":"${SECRET}"}`, 'failed with {"x-partner-code":"[redacted]"}'],
    [
      { 'a.b(c': SECRET, 'x-partner': 'y' },
      { 'a.b(c': '[redacted]', 'x-partner': 'y' },
    ],
  ])('are masked: %j', (value, masked) => {
    expect(inLog(value)).toEqual(masked);
  });
});

describe('secrets by their form', () => {
  it.each([
    [`postgres://bus:${SECRET}@db.internal:5432/jobs?a=1`, 'postgres://[redacted]@db.internal:5432/jobs?a=1'],
    [`redis://:${SECRET}@h`, 'redis://[redacted]@h'],
    [`GET /a?x=1&api_key=${SECRET}&y=2`, 'GET /a?x=1&api_key=[redacted]&y=2'],
    [`token=${SECRET}; path=/`, 'token=[redacted]; path=/'],
    [`GET /a?code=${SECRET}&state=1`, 'GET /a?code=[redacted]&state=1'],
    [`/a?x=1&sig=${SECRET}&y`, '/a?x=1&sig=[redacted]&y'],
    [`/a#key=${SECRET}`, '/a#key=[redacted]'],
    [`code=${SECRET}&state=1`, 'code=[redacted]&state=1'],
    [`https://h/a?X-Amz-Signature=${SECRET}&X-Amz-Date=1`, 'https://h/a?X-Amz-Signature=[redacted]&X-Amz-Date=1'],
    [`userPin: ${SECRET}, otp=${SECRET}`, 'userPin: [redacted], otp=[redacted]'],
    [`connect.sid=${SECRET}; a=1`, 'connect.sid=[redacted]; a=1'],
    [`failed with {"pin":123456,"jwt":"${SECRET}"}`, 'failed with {"pin":[redacted],"jwt":"[redacted]"}'],
    [`failed with {"auth":"${SECRET}","mfa_code":123456}`, 'failed with {"auth":"[redacted]","mfa_code":[redacted]}'],
    [`Authorization: Bearer ${SECRET}`, 'Authorization: [redacted]'],
    [`sent Bearer ${SECRET} to it`, 'sent Bearer [redacted] to it'],
    ['sent Basic YnVzOkNhbmFyeQ== to it', 'sent Basic [redacted] to it'],
    [`Cookie: a=1; b="${SECRET}"; c=2\nAccept: b`, 'Cookie: [redacted]\nAccept: b'],
    [`failed with {"password":"a\\"${SECRET}","user":"bus"}`, 'failed with {"password":"[redacted]","user":"bus"}'],
    [
      `failed with {\\"password\\":\\"a\\\\\\"${SECRET}\\",\\"b\\":1}`,
      'failed with {\\"password\\":\\"[redacted]\\",\\"b\\":1}',
    ],
    [`{ clientSecret: '${SECRET}', a: 1 }`, "{ clientSecret: '[redacted]', a: 1 }"],
    ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl back', 'got [redacted] back'],
    [`{"a":{"token":"${SECRET}"},"b":[1]}`, '{"a":{"token":"[redacted]"},"b":[1]}'],
  ])('are masked in a text: %s', (text, masked) => {
    expect(logged({ text }, text)).toEqual({ text: masked, msg: masked });
  });

  it.each([
    'Unexpected token < in JSON at position 0',
    'a basic example of Basic Authentication',
    'the bearer of bad news',
    'mail bus@example.com or see https://example.com/a?b=c#d',
    'password was missing',
    '2 tokens are left, VALIDATION_FAILED, TOKEN_EXPIRED',
    'connect failed: code=ECONNREFUSED, key: order, design=1',
    'shipping: 3, ping=2 ms, inside: yes, sessions: 4',
    'upstream.auth, oauth: off, author: b, authType=basic',
    '[not json, token]',
  ])('are not found in %s', (text) => {
    expect(logged({ text }, text)).toEqual({ text, msg: text });
  });

  it('are masked in the message, stack and causes of an error', () => {
    const error = new Error(`no response from https://bus:${SECRET}@crm`, { cause: `?token=${SECRET}` });

    expect(logLine({ err: error })).not.toContain(SECRET);
  });
});

const everywhere = (secret: string) => {
  const error = new Error(`a ${secret} b`, { cause: [secret] });
  const json = JSON.stringify({ inside: secret });
  return {
    value: secret,
    [`key ${secret}`]: 1,
    list: [{ deep: `x${secret}y` }],
    map: new Map([[secret, secret]]),
    error,
    json,
    twice: JSON.stringify({ json }),
  };
};

describe('configured secrets', () => {
  it('are masked everywhere: values, names, messages, stacks, causes, JSON in a text', () => {
    const secret = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }).map((text) => `§${text}§`);

    fc.assert(
      fc.property(secret, (value) => {
        const line = logLine(everywhere(value), `before ${value} after`, ['another', value]);
        const escaped = JSON.stringify(value).slice(1, -1);

        expect(line).not.toContain(value);
        expect(line).not.toContain(escaped);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line).msg).toBe('before [redacted] after');
      }),
      { numRuns: 200 },
    );
  });

  it('are masked in their URL-encoded form', () => {
    expect(logged({ url: `/a?b=${encodeURIComponent('p@ss/wörd&')}` }, 'x', ['p@ss/wörd&']).url).toBe(
      '/a?b=[redacted]',
    );
  });

  it('are masked over several lines', () => {
    const pem = '-----BEGIN KEY-----\nMIIB\n-----END KEY-----';

    expect(logged({ tls: `ca ${pem}` }, 'x', [pem]).tls).toBe('ca [redacted]');
  });

  it('are masked as numbers, too', () => {
    expect(logged({ pin: 271_828, other: 5 }, 'x', ['271828'])).toMatchObject({ pin: '[redacted]', other: 5 });
  });

  it('are masked completely if one is the beginning of another', () => {
    expect(logged({ a: 'canary-long' }, 'x', ['canary', 'canary-long']).a).toBe('[redacted]');
  });

  it('never mask the level and the time of a line', () => {
    expect(JSON.parse(logLine({}, 'info', ['info', '20'.repeat(2)]))).toMatchObject({
      level: 'info',
      msg: '[redacted]',
    });
  });

  it('under 4 characters are not masked, since they occur in ordinary words', () => {
    expect(logged({ a: 'abc' }, 'x', ['abc', 'a', '']).a).toBe('abc');
  });

  it('are masked before a long text is truncated', () => {
    const text = `${'x'.repeat(16_380)}${SECRET}`;

    const line = logLine({ text }, 'x', [SECRET]);

    expect(line).not.toContain(SECRET.slice(0, 4));
    expect(JSON.parse(line).text).toMatch(/^x{16380}\[red… \(16390 characters\)$/);
  });
});

describe('other content', () => {
  it('is unchanged', () => {
    const value = fc
      .jsonValue({ maxDepth: 4, noUnicodeString: false })
      .map((json) => JSON.parse(JSON.stringify(json)) as unknown);

    fc.assert(
      fc.property(value, (json) => {
        expect(logged({ value: json, token: SECRET }).value).toEqual(json);
      }),
    );
  });

  it('is truncated if a text is longer than 16 Ki characters', () => {
    expect(logged({}, 'x'.repeat(1_000_000)).msg).toBe(`${'x'.repeat(16_384)}… (1000000 characters)`);
  });
});
