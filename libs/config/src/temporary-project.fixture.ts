import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A project in a temporary directory, with the given files by their relative paths. Remove it after use. */
export class TemporaryProject {
  readonly root = mkdtempSync(join(tmpdir(), 'trunkline-config-'));
  readonly directory = join(this.root, 'config');

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    mkdirSync(this.directory);
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
