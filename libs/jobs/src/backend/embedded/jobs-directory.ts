import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The kernel's limit for a socket's path is 108 bytes, on macOS 104. */
const MAX_SOCKET_PATH_BYTES = 100;

/** What lies where in the directory of an embedded store. */
export class JobsDirectory {
  readonly path: string;
  readonly dataPath: string;
  readonly lockPath: string;
  /** Where the holder's socket is to be: here, or among the system's temporary files if the path would be too long. */
  readonly socketPath: string;

  constructor(path: string) {
    this.path = resolve(path);
    this.dataPath = join(this.path, 'data');
    this.lockPath = join(this.path, 'lock');
    this.socketPath = computeSocketPath(this.path);
  }

  /** Makes it, for this user alone: jobs hold what users sent. */
  create(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    chmodSync(this.path, 0o700);
  }
}

/** A name of chance, for others may write there, too. Whoever joins reads it in the lock file. */
function computeSocketPath(directory: string): string {
  const path = join(directory, 'socket');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return join(tmpdir(), `trunkline-${hash}-${randomUUID()}.sock`);
}
