import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian installs the server programs of PostgreSQL, outside the PATH. */
const POSTGRES_HOME = '/usr/lib/postgresql';

/** Finds the first executable of this name on the PATH, or in the folders of PostgreSQL; `undefined` if there is none. */
export function findBinary(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...listPostgresFolders()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function listPostgresFolders(): string[] {
  try {
    return readdirSync(POSTGRES_HOME).map((version) => join(POSTGRES_HOME, version, 'bin'));
  } catch {
    // Debian's PostgreSQL is not installed.
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
