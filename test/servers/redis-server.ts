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
/** Files there survive a crash of the process, and are written without delay. */
const MEMORY_FILESYSTEM = '/dev/shm';

/** A temporary Redis, with its data in a temporary folder. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly settings: readonly string[],
  ) {}

  /**
   * Starts a Redis on a free port, with an append-only file that is synchronized before every acknowledgement.
   *
   * @param settings - further arguments of redis-server, such as `'--maxmemory-policy', 'allkeys-lru'`, which override the defaults
   */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await findFreePort(), createDirectory(), settings);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Restarts the server after {@link kill}, on the same port with the same data. @param settings - further arguments */
  async restart(...settings: readonly string[]): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.directory];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    this.#process = spawn(findBinary('redis-server') ?? '', [...place, ...durable, ...this.settings, ...settings], {
      stdio: 'ignore',
    });
    await waitUntilReady(this.port);
  }

  /** Suspends the server without closing its connections: `SIGSTOP`. */
  suspend(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Resumes the server after {@link suspend}. */
  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Stops the server like a crash: `SIGKILL`. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
  }

  /** Stops the server and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function createDirectory(): string {
  return mkdtempSync(join(existsSync(MEMORY_FILESYSTEM) ? MEMORY_FILESYSTEM : tmpdir(), 'trunkline-redis-'));
}

async function waitUntilReady(port: number): Promise<void> {
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(port))) {
    if (Date.now() > deadlineMs) throw new Error(`redis-server did not respond on port ${port}`);
    await sleep(20);
  }
}

/** Redis accepts connections before it has loaded its files, and replies LOADING until then. */
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
