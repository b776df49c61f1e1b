import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as endOfTick } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { AppendOnlyFile } from './append-only-file';

/** Starts a server that answers INFO with these bytes written and buffered, the last pair repeatedly. */
async function startServerWithFile(...states: readonly (readonly [number, number])[]) {
  const checks: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      const isCheck = data.toString().includes('info');
      if (isCheck) checks.push('info');
      const [written, buffered] = states[checks.length - 1] ?? states.at(-1) ?? [0, 0];
      const info = `# Persistence\r\naof_current_size:${written}\r\naof_buffer_length:${buffered}\r\n`;
      socket.write(isCheck ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port, so its address has one
  const { port } = server.address() as AddressInfo;
  const client = new Redis({ host: '127.0.0.1', port, enableReadyCheck: false, disableClientInfo: true });
  const stop = () => {
    client.disconnect();
    server.close();
  };
  return { file: new AppendOnlyFile(client), checks, stop };
}

describe('the append-only file of a Redis', () => {
  it('is complete when nothing is buffered', async () => {
    const { file, checks, stop } = await startServerWithFile([100, 0]);

    await file.waitUntilWritten();

    expect(checks).toHaveLength(1);
    stop();
  });

  it('is complete once the buffered bytes are written', async () => {
    const { file, checks, stop } = await startServerWithFile([100, 20], [100, 35], [120, 15]);

    await file.waitUntilWritten();

    expect(checks).toHaveLength(3);
    stop();
  });

  it('is complete once the buffered bytes are in the new file, after a rewrite', async () => {
    const { file, checks, stop } = await startServerWithFile([100, 20], [40, 10], [45, 5], [50, 0]);

    await file.waitUntilWritten();

    expect(checks).toHaveLength(4);
    stop();
  });

  it('is checked once for all callers in one event-loop iteration', async () => {
    const { file, checks, stop } = await startServerWithFile([100, 0]);

    await Promise.all([file.waitUntilWritten(), file.waitUntilWritten(), file.waitUntilWritten()]);

    expect(checks).toHaveLength(1);
    stop();
  });

  it('is checked once for several callers that follow soon after others', async () => {
    const { file, checks, stop } = await startServerWithFile([100, 0]);
    await Promise.all([file.waitUntilWritten(), file.waitUntilWritten()]);

    const waits: Promise<void>[] = [];
    for (let tick = 0; tick < 100; tick += 1) {
      waits.push(file.waitUntilWritten(), file.waitUntilWritten());
      await endOfTick();
    }
    await Promise.all(waits);

    expect(checks.length).toBeLessThan(100);
    stop();
  });

  it('rejects all callers when the connection is closed', async () => {
    const { file, stop } = await startServerWithFile([100, 0]);
    await file.waitUntilWritten();
    stop();

    const waits = [file.waitUntilWritten(), file.waitUntilWritten()];

    await expect(Promise.all(waits)).rejects.toThrow(/closed/);
  });
});
