import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);
const ROOT = join(__dirname, '..', '..');
const PACKAGE_FOLDERS = readdirSync(join(ROOT, 'libs')).map((room) => join(ROOT, 'libs', room));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Installs `trunkline` and its command in a folder, as published. Each package of this workspace comes from its tarball and finds its
 * declared dependencies only. Other packages are linked from this checkout, which is faster than installing them from npm.
 */
export async function installPublishedPackages(project: string): Promise<void> {
  const workspaces = PACKAGE_FOLDERS.map((room) => `--workspace=${room}`);
  await execFileAsync('npm', ['pack', '--pack-destination', project, ...workspaces], { cwd: ROOT });
  const unpacked = await Promise.all(PACKAGE_FOLDERS.map((room) => unpackTarball(project, room)));
  const packages = new Map(unpacked);
  for (const [index, [, folder]] of unpacked.entries()) {
    const { dependencies, peerDependencies } = readManifest(folder);
    for (const name of Object.keys({ ...dependencies, ...peerDependencies }))
      createSymlink(
        packages.get(name) ?? findInstalledPackage(PACKAGE_FOLDERS[index] ?? '', name),
        join(folder, 'node_modules', name),
      );
  }
  linkPackage(join(project, 'node_modules'), packages.get('trunkline') ?? '');
}

async function unpackTarball(project: string, room: string): Promise<readonly [name: string, folder: string]> {
  const { name, version } = readManifest(room);
  const file = `${name.replace('@', '').replace('/', '-')}-${version}`;
  const folder = join(project, file);
  mkdirSync(folder);
  await execFileAsync('tar', ['-xzf', `${folder}.tgz`, '-C', folder, '--strip-components=1']);
  return [name, folder];
}

/** Finds the installed dependency of a room: in the room itself if the rest needs another version. */
function findInstalledPackage(room: string, name: string): string {
  const own = join(room, 'node_modules', name);
  return existsSync(own) ? own : join(ROOT, 'node_modules', name);
}

function linkPackage(nodeModules: string, folder: string): void {
  const { name, bin = {} } = readManifest(folder);
  createSymlink(folder, join(nodeModules, name));
  for (const [command, path] of Object.entries(bin)) {
    chmodSync(join(folder, path), 0o755);
    createSymlink(join(folder, path), join(nodeModules, '.bin', command));
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function createSymlink(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
