import type { WebhookDelivery } from './delivery';
import { SignatureVerifier } from './signature-verifier';
import { webhookSchemes } from './webhook-schemes';

interface Example {
  readonly scheme: string;
  readonly secret: string;
  readonly headers: WebhookDelivery['headers'];
  readonly query?: string;
  readonly body: string;
  /** Time of the delivery, in seconds. */
  readonly at: number;
  /** Values of the keys of the scheme, parsed. */
  readonly options?: object;
}

/** Deliveries in the documents and test suites of their senders. */
const EXAMPLES: readonly Example[] = [
  {
    scheme: 'standard',
    secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
    headers: {
      'webhook-id': 'msg_loFOjxBNrRLzqYUf',
      'webhook-timestamp': '1731705121',
      'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    },
    body: '{"event_type":"ping","data":{"success":true}}',
    at: 1_731_705_121,
  },
  {
    scheme: 'github',
    secret: "It's a Secret to Everybody",
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
    body: 'Hello, World!',
    at: 0,
  },
  {
    scheme: 'slack',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    headers: {
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      'x-slack-request-timestamp': '1531420618',
    },
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    at: 1_531_420_618,
  },
  {
    scheme: 'adyen',
    secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    headers: {},
    body: JSON.stringify({
      live: 'false',
      notificationItems: [
        {
          NotificationRequestItem: {
            additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' },
            amount: { value: 1_130, currency: 'EUR' },
            pspReference: '7914073381342284',
            eventCode: 'AUTHORISATION',
            merchantAccountCode: 'TestMerchant',
            merchantReference: 'TestPayment-1407325143704',
            success: 'true',
          },
        },
      ],
    }),
    at: 0,
  },
];

const TIMESTAMPED = EXAMPLES.filter(({ at }) => at > 0);

function verify({ scheme: name, secret, headers, query = '', body, at, options }: Example, skewSeconds = 0): string {
  const scheme = webhookSchemes.find((each) => each.name === name);
  const protocol = scheme?.create({ tolerance: 300_000, ...options });
  const key = protocol?.toKey(secret);
  if (!protocol || !key) throw new Error(`no key for ${name}`);
  const verifier = new SignatureVerifier({ protocol, keys: [key], nowMs: () => (at + skewSeconds) * 1_000 });
  try {
    verifier.verify({ headers, query, body: Buffer.from(body) });
    return 'valid';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : '';
  }
}

describe.each(EXAMPLES)('the published example of $scheme', (example) => {
  it('is valid', () => {
    expect(verify(example)).toBe('valid');
  });

  it('is not valid with another byte', () => {
    expect(verify({ ...example, body: example.body.replace(/e(?=[^e]*$)/, 'x') })).toBe(
      'the signature matches no secret',
    );
  });
});

describe.each(TIMESTAMPED)('the timestamp of $scheme', (example) => {
  it('is valid for the time of the tolerance', () => {
    expect(verify(example, 300)).toBe('valid');
  });

  it('is stale afterwards', () => {
    expect(verify(example, 301)).toBe('the timestamp differs from the time of the bus by 301 s');
  });

  it.each(['', 'yesterday', '-5', '1e9', '15314206181531420618'])('is a Unix time, unlike %j', (timestamp) => {
    const headers = Object.fromEntries(
      Object.entries(example.headers).map(([name, value]) => [name, name.endsWith('timestamp') ? timestamp : value]),
    );

    expect(verify({ ...example, headers })).toBe('the timestamp is missing or is not a Unix time');
  });
});

describe('a timestamp of the future', () => {
  const [standard, , slack] = EXAMPLES;

  it('is rejected beyond the tolerance', () => {
    expect(standard && verify(standard, -301)).toBe('the timestamp differs from the time of the bus by -301 s');
  });

  it('is accepted where the libraries of the sender accept it', () => {
    expect(slack && verify(slack, -301)).toBe('valid');
  });
});

describe('a key', () => {
  it.each([
    ['standard', 'whsec_not base64', undefined],
    ['standard', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 24],
    ['standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 24],
    ['stripe', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 38],
    ['adyen', '4478', 2],
    ['adyen', 'no hex', undefined],
  ])('of %s is decoded as the sender does: %s', (name, secret, bytes) => {
    const scheme = webhookSchemes.find((each) => each.name === name);

    expect(scheme?.create({}).toKey(secret)?.length).toBe(bytes);
  });
});
