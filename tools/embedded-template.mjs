// Packs an empty embedded store for libs/jobs, unless one of these versions exists: new directories are unpacked from it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const jobs = fileURLToPath(new URL('../libs/jobs/', import.meta.url));
const folder = join(jobs, 'dist', 'backend', 'embedded');
const [template, versionFile] = [join(folder, 'template.tgz'), join(folder, 'template.version')];

const { dependencies } = JSON.parse(readFileSync(join(jobs, 'package.json'), 'utf8'));
const version = `pglite ${dependencies['@electric-sql/pglite']}, bullmq ${dependencies['bullmq']}`;

if (!existsSync(template) || !existsSync(versionFile) || readFileSync(versionFile, 'utf8') !== version) {
  rmSync(template, { force: true });
  await pack();
}

async function pack() {
  const { PgliteDatabase } = createRequire(import.meta.url)(join(folder, 'pglite-database.js'));
  const scratch = mkdtempSync(join(tmpdir(), 'trunkline-template-'));
  try {
    const data = join(scratch, 'data');
    const database = await PgliteDatabase.open(data);
    await database.close();
    const draft = `${template}.${process.pid}`;
    execFileSync('tar', ['-czf', draft, '-C', data, '.']);
    renameSync(draft, template);
    writeFileSync(versionFile, version);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
