import { tmpdir } from 'node:os';
import { sendRequest } from '../send-request';
import { waitForExit, startTrunkline, runTrunkline } from '../process/trunkline-process';
import { startBus } from '../running-bus';
import { EchoCaller } from './caller-services';

describe('trunkline hash-key', () => {
  async function runHashKey(secret: string, ...args: string[]) {
    const child = startTrunkline(tmpdir(), ['hash-key', ...args], {}, 'pipe');
    child.stdin?.end(secret);
    return waitForExit(child);
  }

  it('prints the scrypt hash of its input, and not the input', async () => {
    const { stdout, code } = await runHashKey('swordfish\n');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^scrypt:[\w-]{22}:[\w-]{43}\n$/);
  });

  it('prints SHA-256 on request', async () => {
    const { stdout } = await runHashKey('abc', '--algorithm', 'sha256', '--json');

    expect(JSON.parse(stdout)).toEqual({
      hash: 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it('generates a new key each time', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => runTrunkline(tmpdir(), ['hash-key', '--generate'])));

    expect(first?.stdout).toMatch(/^key {3}tlk_[\w-]{43}\nhash {2}sha256:[\da-f]{64}\n$/);
    expect(first?.stdout).not.toBe(second?.stdout);
  });

  it('explains its use without input', async () => {
    const { stderr, code } = await runTrunkline(tmpdir(), ['hash-key']);

    expect(code).toBe(1);
    expect(stderr).toContain('reads the secret from stdin');
  });

  it('prints a hash that a bus accepts in place of the secret', async () => {
    const [{ stdout: password }, { stdout: generated }] = await Promise.all([
      runHashKey('swordfish'),
      runTrunkline(tmpdir(), ['hash-key', '--generate', '--json']),
    ]);
    const { key, hash } = JSON.parse(generated) as { key: string; hash: string };
    const running = await startBus({
      services: [EchoCaller],
      config: {
        'security.yaml': `security:
  people: { type: basic, callers: [{ name: ann, username: ann, password: '${password.trim()}' }] }
  keys: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: '${hash}' }] }`,
        'channels.yaml': 'channels: { rest: { a: { method: GET, path: /a, service: who, security: [people, keys] } } }',
      },
    });
    const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    const getStatus = async (headers: Readonly<Record<string, string>>) =>
      (await sendRequest(`${running.url}/a`, { headers })).status;

    const shown = [basic('ann:swordfish'), basic('ann:sailfish'), basic('bob:swordfish'), { 'x-api-key': key }];
    const statuses = await Promise.all(shown.map(getStatus));

    expect(statuses).toEqual([200, 401, 401, 200]);
    await running.stop();
  });
});
