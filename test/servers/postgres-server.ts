import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from './binary';
import { freePort } from './free-port';

const run = promisify(execFile);

/** A PostgreSQL of a test's own, with its data in a temporary folder. */
export class PostgresServer {
  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly owner: Owner | undefined,
  ) {}

  /** Makes a cluster and starts it on a free port. Takes 2 to 4 s. */
  static async start(): Promise<PostgresServer> {
    const owner = await ownerOfServers();
    const directory = mkdtempSync(join(tmpdir(), 'trunkline-postgres-'));
    if (owner) chownSync(directory, owner.uid, owner.gid);
    const server = new PostgresServer(await freePort(), directory, owner);
    await server.#run('initdb', ['-D', directory, '-U', 'trunkline', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']);
    await server.restart();
    return server;
  }

  get url(): string {
    return `postgres://trunkline@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it again after {@link kill}, on the same port with the same data. */
  async restart(): Promise<void> {
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=60`;
    await this.#run('pg_ctl', ['-D', this.directory, '-w', '-l', join(this.directory, 'log'), '-o', options, 'start']);
  }

  /** Ends it at once, as a crash would: connections are cut, the next start recovers. */
  async kill(): Promise<void> {
    // It is not an error of the test's if it is not running.
    await this.#run('pg_ctl', ['-D', this.directory, '-m', 'immediate', '-w', 'stop']).catch(() => undefined);
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    await run(findBinary(program) ?? program, [...args], { ...this.owner, cwd: this.directory });
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; there Debian's own user for it is taken. */
async function ownerOfServers(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}
