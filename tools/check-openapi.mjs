// Lints the OpenAPI document of the example bus, without network access.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const redocly = require.resolve('@redocly/cli/bin/cli.js');
const directory = mkdtempSync(join(tmpdir(), 'trunkline-openapi-'));
const file = join(directory, 'openapi.json');
writeFileSync(file, execFileSync(process.execPath, ['libs/bus/dist/cli.js', 'openapi']));

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [redocly, 'lint', file, '--config', 'redocly.yaml', '--format', 'stylish'],
  { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }, encoding: 'utf8' },
);
rmSync(directory, { recursive: true });
if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
process.exitCode = status ?? 1;
