import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MarkdownPage } from '../documents/markdown-page';
import { type Manifest, startRegistry } from './package-registry';

const run = promisify(execFile);

/** The oldest Node that the packages support, independent of the one that runs this test. */
const OLDEST = "Object.defineProperty(process, 'version', { value: 'v20.19.0' });";

describe('npm install trunkline, with engine-strict on Node 20.19', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trunkline-install-'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    writeFileSync(join(folder, 'oldest.cjs'), OLDEST);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @returns the packages that would be installed, by path */
  const install = async (publish: (own: Manifest) => Manifest = (own) => own): Promise<Record<string, Manifest>> => {
    const { url, server } = await startRegistry(publish);
    try {
      const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', `--cache=${join(folder, 'cache')}`];
      await run(
        'npm',
        [
          'install',
          'trunkline',
          '--package-lock-only',
          '--engine-strict',
          '--fetch-retries=0',
          `--registry=${url}`,
          ...quiet,
        ],
        { cwd: folder, env: { ...process.env, NODE_OPTIONS: `--require ${join(folder, 'oldest.cjs')}` } },
      );
    } finally {
      server.close();
      server.closeAllConnections();
    }
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Manifest>;
    };
    return lock.packages;
  };

  it('replaces packages that need Node 22 by packages that run on Node 20.19', async () => {
    const installed = await install();

    expect(installed['node_modules/file-type']).toMatchObject({ name: '@trunkline/file-type' });
    expect(installed['node_modules/cookie']).toMatchObject({ name: '@trunkline/cookie' });
    expect(
      Object.keys(installed).filter((path) => /node_modules\/.*node_modules\/(?:cookie|file-type)$/.test(path)),
    ).toEqual([]);
  }, 120_000);

  it('keeps cookie and file-type of a project with the overrides of docs/first-steps.md', async () => {
    const page = new MarkdownPage(join(__dirname, '..', '..', 'docs', 'first-steps.md'));
    const manifest = page.findBlocks('json').find(({ text }) => text.includes('"overrides"'));
    writeFileSync(join(folder, 'package.json'), manifest?.text ?? '');

    const installed = await install();

    const found = Object.entries(installed).filter(([path]) => /node_modules\/(?:cookie|file-type)$/.test(path));
    expect(found.map(([path, { name, version }]) => [path, name, version])).toEqual([
      ['node_modules/cookie', undefined, '1.1.1'],
      ['node_modules/file-type', undefined, '21.3.4'],
    ]);
  }, 120_000);

  it('stops with ERESOLVE in a project with its own cookie and no overrides', async () => {
    writeFileSync(join(folder, 'package.json'), '{ "dependencies": { "cookie": "^1.0.0" } }');

    await expect(install()).rejects.toThrow('ERESOLVE');
  }, 120_000);

  it('fails without the replacements', async () => {
    const without = ({ peerDependencies, ...own }: Manifest): Manifest => {
      const { cookie: _cookie, 'file-type': _fileType, ...peers } = peerDependencies ?? {};
      return { ...own, peerDependencies: peers };
    };

    await expect(install(without)).rejects.toThrow('EBADENGINE');
  }, 120_000);
});
