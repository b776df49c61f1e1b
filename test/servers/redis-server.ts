import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinary } from './find-binary';
import { findFreePort } from './find-free-port';

const READY_WITHIN_MS = 10_000;
/** A file there is as safe from the death of a process as on a disk, and written at once. */
const MEMORY_FILESYSTEM = '/dev/shm';

/** A Redis of a test's own, with its data in a temporary folder. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly settings: readonly string[],
  ) {}

  /**
   * Starts one on a free port, with an append-only file that has every write before it is acknowledged.
   *
   * @param settings - further arguments of redis-server, such as `'--maxmemory-policy', 'allkeys-lru'`; they win
   */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await findFreePort(), createDirectory(), settings);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again after {@link kill}, on the same port with the same data. @param settings - further ones */
  async restart(...settings: readonly string[]): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.directory];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    this.#process = spawn(findBinary('redis-server') ?? '', [...place, ...durable, ...this.settings, ...settings], {
      stdio: 'ignore',
    });
    await waitUntilReady(this.port);
  }

  /** Stops it answering without closing its connections: `SIGSTOP`. */
  suspend(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Ends what {@link suspend} began. */
  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it at once, as a crash would: `SIGKILL`. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function createDirectory(): string {
  return mkdtempSync(join(existsSync(MEMORY_FILESYSTEM) ? MEMORY_FILESYSTEM : tmpdir(), 'trunkline-redis-'));
}

async function waitUntilReady(port: number): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(port))) {
    if (Date.now() > giveUpAt) throw new Error(`redis-server did not answer on port ${port}`);
    await sleep(20);
  }
}

/** Redis accepts connections before it has read its files, and says LOADING meanwhile. */
function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.setTimeout(500, () => socket.destroy());
    socket.once('data', (data: Buffer) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
