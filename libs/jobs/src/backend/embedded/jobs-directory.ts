import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The limit for the path of a socket is 108 bytes on Linux, and 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 100;

/** The paths of an embedded store. */
export class JobsDirectory {
  readonly path: string;
  readonly dataPath: string;
  readonly lockPath: string;
  /** The socket of the holder: in the directory, or in the system's temporary directory if the path would be too long. */
  readonly socketPath: string;

  constructor(path: string) {
    this.path = resolve(path);
    this.dataPath = join(this.path, 'data');
    this.lockPath = join(this.path, 'lock');
    this.socketPath = computeSocketPath(this.path);
  }

  /** Creates the directory, accessible only to this user: jobs contain user data. */
  create(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    chmodSync(this.path, 0o700);
  }
}

/** The name in the temporary directory is random, since other users can write there. Joining processes read it in the lock file. */
function computeSocketPath(directory: string): string {
  const path = join(directory, 'socket');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return join(tmpdir(), `trunkline-${hash}-${randomUUID()}.sock`);
}
