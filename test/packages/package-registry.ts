import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** The parts of a package.json that determine what npm installs. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The packages that the overrides of this workspace replace, which npm installs without overrides. */
const OVERRIDDEN_PACKAGES: readonly Manifest[] = [
  { name: 'file-type', version: '22.3.0', engines: { node: '>=22' } },
  { name: 'cookie', version: '2.0.2', engines: { node: '>=22' } },
];

/**
 * Starts a registry on loopback with the packages of this workspace, as published, and the locked versions of other packages. It serves no
 * files, which is enough to resolve dependencies.
 *
 * @param publish - changes a package of this workspace before it is published
 */
export async function startRegistry(publish: (own: Manifest) => Manifest): Promise<{ url: string; server: Server }> {
  const packages = [...readOwnPackages().map(publish), ...readLockedPackages(), ...OVERRIDDEN_PACKAGES];
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url?.slice(1) ?? '');
    const found = packages.filter((each) => each.name === name);
    response.statusCode = found.length === 0 ? 404 : 200;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(createPackument(name, found)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

function createPackument(name: string, manifests: readonly Manifest[]): object {
  const versions = manifests.map((manifest) => [
    manifest.version,
    { ...manifest, dist: { tarball: 'http://127.0.0.1/' } },
  ]);
  const latest = manifests.at(-1)?.version;
  return { name, 'dist-tags': { latest }, versions: Object.fromEntries(versions) };
}

function readOwnPackages(): Manifest[] {
  const folders = ['libs', 'replacements'].flatMap((parent) =>
    readdirSync(join(ROOT, parent)).map((room) => join(ROOT, parent, room)),
  );
  return folders.map((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest);
}

function readLockedPackages(): Manifest[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Partial<Manifest>>;
  };
  return Object.entries(packages).flatMap(([path, manifest]) => {
    const [, name] = /.*node_modules\/(.+)$/.exec(path) ?? [];
    const { version } = manifest;
    return name === undefined || version === undefined ? [] : [{ name, ...manifest, version }];
  });
}
