import { runCommand } from '../process/run-command';
import { createProject } from '../process/trunkline-process';

const SCHEMES =
  'standard, hmac, adyen, github, graph, mailgun, meta, shopify, slack, square, stripe, twilio, websub or zoom';

/** Creates the third line of the configuration: a channel with the given keys. */
const createChannel = (keys: string) => `    a: { path: /a, ${keys} }`;

/** Checks a configuration with one webhook channel. */
async function check(keys: string) {
  const config = `channels:\n  webhook:\n${createChannel(keys)}\ntopics: { events: {} }\n`;
  const { code, stderr } = await runCommand(createProject({ 'config/bus.yaml': config }), ['check']);
  return { code, problems: stderr.split('\n').filter((line) => line.startsWith('config/')) };
}

describe('a wrong webhook channel is reported with its place and what to write instead', () => {
  it.each([
    [
      'topic: events, scheme: strip, secret: x',
      'strip',
      `.scheme  expected ${SCHEMES}, got "strip", did you mean \`stripe\`?`,
    ],
    ['topic: events, secret: x', 'a:', `.scheme  expected ${SCHEMES}, but the key is missing`],
    ['topic: events, scheme: stripe', 'a:', '  expected `secret`, or `secrets` while they are rotated'],
    [
      'topic: events, scheme: stripe, secret: x, secrets: [y]',
      'a:',
      '  expected `secret`, or `secrets` while they are rotated',
    ],
    [
      'topic: events, scheme: stripe, secrets: []',
      'secrets',
      '.secrets  expected a list that is not empty, got a list',
    ],
    [
      "topic: events, scheme: standard, secret: '#'",
      "'#'",
      '.secret  expected the secret as the sender shows it: base64, mostly after whsec_, got a string that is not shown',
    ],
    [
      'topic: events, scheme: github, secret: x, tolerance: 1m',
      'tolerance',
      '.tolerance  unknown key: it does not go with the other keys here',
    ],
    [
      'topic: events, scheme: stripe, secret: x, unknown: ignore',
      'ignore',
      '.unknown  expected refuse or drop, got "ignore"',
    ],
    [
      'topic: events, scheme: stripe, secret: x, dedupe: { keep: 90d }',
      '90d',
      '.dedupe.keep  expected a duration of at most 30d, got "90d"',
    ],
    ['topic: events, scheme: stripe, secret: x, method: PUT', 'method', '.method  unknown key'],
    [
      'topic: events, scheme: twilio, secret: x',
      'a:',
      '.url  expected an http:// or https:// URL without credentials, query or fragment, but the key is missing',
    ],
    ['topic: events, scheme: hmac, secret: x', 'a:', '.header  expected text, but the key is missing'],
    [
      "topic: events, scheme: hmac, secret: x, header: X-Signature, signed: '{bdy}'",
      "'{bdy}'",
      '.signed  expected a text with {body} once, got "{bdy}"',
    ],
    ['topic: evnts, scheme: stripe, secret: x', 'evnts', '.topic  there is no topic evnts, did you mean `events`?'],
    [
      'scheme: stripe, secret: x',
      'a:',
      '  expected `service`, the name of the service that handles requests, or `topic`, which bodies are published to',
    ],
  ])('%s', async (keys, wrong, message) => {
    const { code, problems } = await check(keys);

    const column = createChannel(keys).indexOf(wrong) + 1;
    expect(code).toBe(78);
    expect(problems).toEqual([`config/bus.yaml:3:${column}  channels.webhook.a${message}`]);
  });

  it('shows no secret', async () => {
    const { problems } = await check('topic: events, scheme: adyen, secrets: [hidden-one, hidden-two]');

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(
      'channels.webhook.a.secrets  expected the HMAC key as Adyen shows it, in hexadecimal',
    );
    expect(problems[0]).not.toContain('hidden');
  });
});
