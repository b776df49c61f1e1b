import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..');
const ROOMS = readdirSync(join(ROOT, 'libs')).map((room) => join(ROOT, 'libs', room));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Installs `trunkline` in a folder, and its command, as it would be published. Each package finds what it says that it needs
 * and nothing else, of ours what is in the tarballs. The packages of others are those of this checkout: getting them from npm
 * would take longer than all that is tested with them.
 */
export async function installPublished(project: string): Promise<void> {
  const workspaces = ROOMS.map((room) => `--workspace=${room}`);
  await run('npm', ['pack', '--pack-destination', project, ...workspaces], { cwd: ROOT });
  const unpacked = await Promise.all(ROOMS.map((room) => unpack(project, room)));
  const packages = new Map(unpacked);
  for (const [index, [, folder]] of unpacked.entries()) {
    const { dependencies, peerDependencies } = manifestOf(folder);
    for (const name of Object.keys({ ...dependencies, ...peerDependencies }))
      link(packages.get(name) ?? installedFor(ROOMS[index] ?? '', name), join(folder, 'node_modules', name));
  }
  putIn(join(project, 'node_modules'), packages.get('trunkline') ?? '');
}

async function unpack(project: string, room: string): Promise<readonly [name: string, folder: string]> {
  const { name, version } = manifestOf(room);
  const file = `${name.replace('@', '').replace('/', '-')}-${version}`;
  const folder = join(project, file);
  mkdirSync(folder);
  await run('tar', ['-xzf', `${folder}.tgz`, '-C', folder, '--strip-components=1']);
  return [name, folder];
}

/** Where npm has put what a room needs: beside it, where all others need another version. */
function installedFor(room: string, name: string): string {
  const own = join(room, 'node_modules', name);
  return existsSync(own) ? own : join(ROOT, 'node_modules', name);
}

function putIn(nodeModules: string, folder: string): void {
  const { name, bin = {} } = manifestOf(folder);
  link(folder, join(nodeModules, name));
  for (const [command, path] of Object.entries(bin)) {
    chmodSync(join(folder, path), 0o755);
    link(join(folder, path), join(nodeModules, '.bin', command));
  }
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
