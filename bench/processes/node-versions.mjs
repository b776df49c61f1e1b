// Finds the Node that runs contestants.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deleteOnExit } from './cleanup.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Finds or downloads a Node. A version comes from the npm package `node-<platform>-<architecture>`, which has the official binary.
 *
 * @param wanted - a version such as `22` or `22.12.0`, or the path of a program; default: the Node of this process
 * @returns `{ program, version }`
 */
export async function findNode(wanted) {
  if (wanted === undefined) return { program: process.execPath, version: process.version };
  const program = /^\d+(\.\d+){0,2}$/.test(wanted) ? await downloadNode(wanted) : resolve(wanted);
  if (!existsSync(program)) throw new Error(`--node: ${program} does not exist`);
  return { program, version: execFileSync(program, ['--version'], { encoding: 'utf8' }).trim() };
}

async function downloadNode(version) {
  const directory = deleteOnExit(mkdtempSync(join(tmpdir(), 'trunkline-bench-')));
  const name = `node-${process.platform}-${process.arch}@${version}`;
  await runCommand(['npm', 'pack', '--silent', '--prefer-offline', name], directory);
  const [archive] = readdirSync(directory);
  await runCommand(['tar', '-xzf', archive, 'package/bin/node'], directory);
  return join(directory, 'package', 'bin', 'node');
}
