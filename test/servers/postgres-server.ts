import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from './find-binary';
import { findFreePort } from './find-free-port';

const execFileAsync = promisify(execFile);
const INITDB_OPTIONS = ['-U', 'trunkline', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];

/** A temporary PostgreSQL, with its data in a temporary folder. */
export class PostgresServer {
  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly owner: Owner | undefined,
  ) {}

  /** Starts a new cluster on a free port. */
  static async start(): Promise<PostgresServer> {
    const owner = await findServerOwner();
    const directory = mkdtempSync(join(tmpdir(), 'trunkline-postgres-'));
    if (owner) chownSync(directory, owner.uid, owner.gid);
    const server = new PostgresServer(await findFreePort(), directory, owner);
    await server.#initializeData();
    await server.restart();
    return server;
  }

  get url(): string {
    return `postgres://trunkline@127.0.0.1:${this.port}/postgres`;
  }

  /** Restarts the server after {@link kill}, on the same port with the same data. */
  async restart(): Promise<void> {
    // The cache of the operating system survives a crash of the process, so that tests do not need fsync.
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=60 -c fsync=off`;
    await this.#run('pg_ctl', ['-D', this.directory, '-w', '-l', join(this.directory, 'log'), '-o', options, 'start']);
  }

  /** Stops the server like a crash: connections are closed, and the next start recovers. */
  async kill(): Promise<void> {
    // The server may have stopped already.
    await this.#run('pg_ctl', ['-D', this.directory, '-m', 'immediate', '-w', 'stop']).catch(() => undefined);
  }

  /** Stops the server and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Creates an empty cluster once per machine and copies it, which is much faster than creating one. */
  async #initializeData(): Promise<void> {
    const { stdout: version } = await this.#run('initdb', ['--version']);
    const template = join(
      tmpdir(),
      `trunkline-${version.trim().replaceAll(/[^\w.]+/g, '-')}-${this.owner?.uid ?? 'own'}`,
    );
    if (existsSync(template)) {
      await this.#run('cp', ['-a', `${template}/.`, this.directory]);
      return;
    }
    await this.#run('initdb', ['-D', this.directory, ...INITDB_OPTIONS]);
    const draft = `${this.directory}.template`;
    await execFileAsync('cp', ['-a', this.directory, draft]);
    try {
      renameSync(draft, template);
    } catch {
      // Another test process has created it.
      rmSync(draft, { recursive: true, force: true });
    }
  }

  #run(program: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
    return execFileAsync(findBinary(program) ?? program, [...args], { ...this.owner, cwd: this.directory });
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL does not run as root, so that tests of root use the user of Debian's package. */
export async function findServerOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execFileAsync('id', [flag, 'postgres'])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}
