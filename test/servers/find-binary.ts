import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian puts the programs of PostgreSQL that are not for everybody's PATH. */
const POSTGRES_HOME = '/usr/lib/postgresql';

/** The first executable of this name on the PATH, or among PostgreSQL's own; `undefined` where the machine has none. */
export function findBinary(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...listPostgresFolders()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function listPostgresFolders(): string[] {
  try {
    return readdirSync(POSTGRES_HOME).map((version) => join(POSTGRES_HOME, version, 'bin'));
  } catch {
    // The machine has no PostgreSQL of Debian's.
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
