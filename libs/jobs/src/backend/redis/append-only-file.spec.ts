import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { AppendOnlyFile } from './append-only-file';

/** A Redis that is asked about its file alone: bytes written and bytes held back, the last answer again and again. */
async function redisWhoseFileIs(...answers: readonly (readonly [number, number])[]) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      const isLook = data.toString().includes('info');
      if (isLook) asked.push('look');
      const [written, waiting] = answers[asked.length - 1] ?? answers.at(-1) ?? [0, 0];
      const info = `# Persistence\r\naof_current_size:${written}\r\naof_buffer_length:${waiting}\r\n`;
      socket.write(isLook ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
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
  return { file: new AppendOnlyFile(client), asked, stop };
}

describe('the append-only file of a Redis', () => {
  it('has everything when nothing is held back', async () => {
    const { file, asked, stop } = await redisWhoseFileIs([100, 0]);

    await file.waitUntilWritten();

    expect(asked).toHaveLength(1);
    stop();
  });

  it('is waited for until it has what was held back', async () => {
    const { file, asked, stop } = await redisWhoseFileIs([100, 20], [100, 35], [120, 15]);

    await file.waitUntilWritten();

    expect(asked).toHaveLength(3);
    stop();
  });

  it('is waited for anew when it was rewritten meanwhile', async () => {
    const { file, asked, stop } = await redisWhoseFileIs([100, 20], [40, 10], [45, 5], [50, 0]);

    await file.waitUntilWritten();

    expect(asked).toHaveLength(4);
    stop();
  });

  it('is looked at once for all who ask in one turn', async () => {
    const { file, asked, stop } = await redisWhoseFileIs([100, 0]);

    await Promise.all([file.waitUntilWritten(), file.waitUntilWritten(), file.waitUntilWritten()]);

    expect(asked).toHaveLength(1);
    stop();
  });

  it('is looked at together for those who ask soon after several have', async () => {
    const { file, asked, stop } = await redisWhoseFileIs([100, 0]);
    await Promise.all([file.waitUntilWritten(), file.waitUntilWritten()]);

    const asking: Promise<void>[] = [];
    for (let asks = 0; asks < 100; asks += 1) {
      asking.push(file.waitUntilWritten(), file.waitUntilWritten());
      await turn();
    }
    await Promise.all(asking);

    expect(asked.length).toBeLessThan(100);
    stop();
  });

  it('is told of as lost to whoever asks when Redis is gone', async () => {
    const { file, stop } = await redisWhoseFileIs([100, 0]);
    await file.waitUntilWritten();
    stop();

    const asking = [file.waitUntilWritten(), file.waitUntilWritten()];

    await expect(Promise.all(asking)).rejects.toThrow(/closed/);
  });
});
