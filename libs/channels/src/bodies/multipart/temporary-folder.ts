import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Name of the folders of this host. Hosts that share a folder must not remove the files of each other. */
const PREFIX = `trunkline-upload-${hostname()}-`;

/** The folders of requests that are being processed. */
const openFolders = new Set<string>();

/** Creates a folder for the files of one request, which only the user of the process may read. */
export async function createTemporaryFolder(): Promise<string> {
  // Mode 0700 (mkdtemp, POSIX.1-2017).
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  if (openFolders.size === 0) process.once('exit', removeOpenFolders);
  openFolders.add(folder);
  return folder;
}

/** Removes the folder of a request with its files. */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  openFolders.delete(folder);
  if (openFolders.size === 0) process.off('exit', removeOpenFolders);
}

/** Removes the folders of processes that have ended without removing them, such as by a crash. */
export async function removeLeftoverFolders(): Promise<void> {
  const names = await readdir(tmpdir());
  const leftovers = names
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ folder: join(tmpdir(), name), pid: Number.parseInt(name.slice(PREFIX.length), 10) }))
    .filter(({ folder, pid }) => (pid === process.pid ? !openFolders.has(folder) : !isRunning(pid)));
  // A folder of another user stays: it cannot be removed, and that is no problem of this bus.
  await Promise.allSettled(leftovers.map(({ folder }) => rm(folder, { recursive: true, force: true })));
}

function removeOpenFolders(): void {
  for (const folder of openFolders) rmSync(folder, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it runs as another user.
    return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'EPERM';
  }
}
