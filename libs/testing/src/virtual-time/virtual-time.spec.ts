import { setTimeout as realSleep } from 'node:timers/promises';
import { createResponse, ScriptedUpstream } from '../peers/scripted-upstream';
import { useVirtualTime } from './use-virtual-time.fixture';

describe('virtual time', () => {
  useVirtualTime();

  it('passes while the process only waits', async () => {
    const startedAt = performance.now();

    await new Promise((resolve) => setTimeout(resolve, 3_600_000));

    expect(performance.now() - startedAt).toBe(3_600_000);
  });

  it('does not pass while a socket is busy', async () => {
    const upstream = await ScriptedUpstream.listen((socket) => socket.write(createResponse(200, 'hello')));
    const startedAt = performance.now();
    const timeout = new AbortController();
    setTimeout(() => timeout.abort(), 1_000);

    const response = await fetch(upstream.url, { signal: timeout.signal });

    expect(await response.text()).toBe('hello');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await upstream.close();
  });

  it('fires timers in their order', async () => {
    const fired: number[] = [];

    await Promise.all(
      [30, 10, 20].map((ms) => new Promise<void>((resolve) => setTimeout(() => (fired.push(ms), resolve()), ms))),
    );

    expect(fired).toEqual([10, 20, 30]);
  });

  it('leaves real timers alone', async () => {
    const startedAt = performance.now();

    await realSleep(5);

    expect(performance.now()).toBe(startedAt);
  });
});
