import { once } from 'node:events';
import { ask } from './answer';
import { greetingProject } from './greeting-project';
import { ended, lineOf, startTrunkline, trunkline } from './process';
import { exchange } from './raw-socket';

describe('a running bus', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes what is in flight on %s and exits with 0', async (signal) => {
    const child = startTrunkline(greetingProject(), ['start']);
    const { url } = await lineOf(child, 'listening');
    const answer = ask(`${String(url)}/greet/slow`);
    await new Promise((resolve) => setTimeout(resolve, 100));

    child.kill(signal);

    await expect(answer).resolves.toMatchObject({ status: 200, body: { hello: 'slow' } });
    await expect(ended(child)).resolves.toMatchObject({ code: 0 });
  });

  it('goes on serving for as long as it drains, while it says that it is not ready', async () => {
    const child = startTrunkline(greetingProject('{ drain: 1s, grace: 1s }'), ['start']);
    const { url } = await lineOf(child, 'listening');
    const isEnding = lineOf(child, 'ending');
    const end = ended(child);

    child.kill('SIGTERM');
    await isEnding;
    await new Promise((resolve) => setTimeout(resolve, 100));

    await expect(ask(`${String(url)}/health/ready`)).resolves.toMatchObject({ status: 503, body: { status: 'down' } });
    const answer = await exchange(String(url), 'GET /greet/Ada HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    const refusal = await exchange(String(url), 'DELETE /greet/Ada HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(refusal).toMatch(/^HTTP\/1\.1 405 /);
    expect(refusal.toLowerCase()).toContain('connection: close');
    await expect(end).resolves.toMatchObject({ code: 0 });
  });

  it('has every answer close its connection once it ends, those under way included', async () => {
    const child = startTrunkline(greetingProject('{ drain: 1s, grace: 2s }'), ['start']);
    const { url } = await lineOf(child, 'listening');
    const isEnding = lineOf(child, 'ending');
    const end = ended(child);
    const request = 'GET /greet/slow HTTP/1.1\r\nHost: a\r\n\r\n';
    const answer = exchange(String(url), request, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 100));

    child.kill('SIGTERM');
    await isEnding;

    const text = await answer;
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text.toLowerCase()).toContain('connection: close');
    await expect(end).resolves.toMatchObject({ code: 0 });
  });

  it('ends at once on a second signal', async () => {
    const child = startTrunkline(greetingProject('{ drain: 1h }'), ['start']);
    await lineOf(child, 'listening');
    const isEnding = lineOf(child, 'ending');
    const end = ended(child);

    child.kill('SIGTERM');
    await isEnding;
    child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
  });

  it('exits with 1 when requests had to be cut off after grace', async () => {
    const child = startTrunkline(greetingProject('{ grace: 200ms }'), ['start']);
    const { url } = await lineOf(child, 'listening');
    const cut = ask(`${String(url)}/greet/hang`).catch(() => 'cut off');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const end = ended(child);

    child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
    await expect(cut).resolves.toBe('cut off');
  });

  it('outlives a rejection that nobody handles, and says so in the log', async () => {
    const child = startTrunkline(greetingProject(), ['start']);
    const { url } = await lineOf(child, 'listening');
    const line = lineOf(child, 'a promise was rejected');

    await ask(`${String(url)}/greet/careless`);

    await expect(line).resolves.toMatchObject({ level: 'error' });
    await expect(ask(`${String(url)}/greet/Ada`)).resolves.toMatchObject({ status: 200 });
    child.kill();
    await once(child, 'close');
  });

  it('says which port is taken', async () => {
    const first = startTrunkline(greetingProject(), ['start']);
    const { url } = await lineOf(first, 'listening');
    const { port } = new URL(String(url));

    const second = await trunkline(greetingProject(), ['start', '--port', port]);
    first.kill();
    await once(first, 'close');

    expect(second.code).toBe(1);
    expect(second.stderr).toContain(port);
    expect(second.stderr).toContain('another process listens there');
    expect(`${second.stdout}${second.stderr}`.match(/EADDRINUSE/g)).toHaveLength(1);
  });
});
