import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinary } from './find-binary';
import { findFreePort } from './find-free-port';
import { findServerOwner, type PostgresServer } from './postgres-server';

const READY_WITHIN_MS = 10_000;

/** A temporary PgBouncer in front of a PostgreSQL. */
export class PgBouncer {
  private constructor(
    private readonly port: number,
    private readonly process: ChildProcess,
    private readonly directory: string,
  ) {}

  /** Starts a PgBouncer on a free port, with default settings except for the pool mode. */
  static async start(server: PostgresServer, poolMode: 'session' | 'transaction'): Promise<PgBouncer> {
    const port = await findFreePort();
    const directory = mkdtempSync(join(tmpdir(), 'trunkline-pgbouncer-'));
    const file = join(directory, 'pgbouncer.ini');
    writeFileSync(
      file,
      [
        '[databases]',
        `* = host=127.0.0.1 port=${server.port} user=trunkline`,
        '[pgbouncer]',
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        'unix_socket_dir =',
        'auth_type = any',
        `pool_mode = ${poolMode}`,
        '',
      ].join('\n'),
    );
    const owner = await findServerOwner();
    if (owner) for (const path of [directory, file]) chownSync(path, owner.uid, owner.gid);
    const process = spawn(findBinary('pgbouncer') ?? '', [file], { stdio: 'ignore', ...owner });
    const bouncer = new PgBouncer(port, process, directory);
    await waitUntilListening(port);
    return bouncer;
  }

  get url(): string {
    return `postgres://trunkline@127.0.0.1:${this.port}/postgres`;
  }

  /** Stops PgBouncer and removes its files. */
  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function waitUntilListening(port: number): Promise<void> {
  for (const deadlineMs = Date.now() + READY_WITHIN_MS; Date.now() < deadlineMs; await sleep(20)) {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error(`pgbouncer did not listen on port ${port}`);
}
