// Builds another revision of this repository in a temporary directory.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteOnExit, onExit } from './cleanup.mjs';
import { runCommand } from './run-command.mjs';

const WORKSPACES = ['apps', 'libs', 'replacements'];

/**
 * Checks a revision out as a git worktree and builds it, with the benchmark of this working tree, so that both builds run the same
 * measurements. The worktree is deleted when this process ends.
 *
 * @param root - the directory of this working tree
 * @param revision - any name of a commit
 * @returns `{ root, commit }`: the directory of the worktree and the short hash of its commit
 */
export async function buildRevision(root, revision) {
  const commit = await findCommit(root, revision);
  const directory = await addWorktree(root, commit);
  rmSync(join(directory, 'bench'), { recursive: true, force: true });
  cpSync(join(root, 'bench'), join(directory, 'bench'), { recursive: true });
  if (hasSameLock(root, directory)) linkPackages(root, directory);
  else await runCommand(['npm', 'ci', '--silent', '--no-audit', '--no-fund'], directory);
  await runCommand(['npm', 'run', '--silent', 'build:packages'], directory);
  return { root: directory, commit };
}

async function findCommit(root, revision) {
  const name = `${revision}^{commit}`;
  try {
    return (
      await runCommand(['git', 'rev-parse', '--quiet', '--verify', '--short', '--end-of-options', name], root)
    ).trim();
  } catch (cause) {
    throw new Error(`--compare: ${revision} is no commit of this repository`, { cause });
  }
}

async function addWorktree(root, commit) {
  const directory = join(deleteOnExit(mkdtempSync(join(tmpdir(), 'trunkline-bench-'))), 'revision');
  onExit(() => {
    const remove = ['worktree', 'remove', '--force', directory];
    if (existsSync(directory)) execFileSync('git', remove, { cwd: root, stdio: 'ignore' });
  });
  await runCommand(['git', 'worktree', 'add', '--quiet', '--detach', directory, commit], root);
  return directory;
}

function hasSameLock(root, directory) {
  const [ours, theirs] = [root, directory].map((place) => readFileSync(join(place, 'package-lock.json'), 'utf8'));
  return ours === theirs;
}

/** Links every installed package; workspaces, which npm has linked by relative paths, become those of the worktree. */
function linkPackages(root, directory) {
  linkEntries(join(root, 'node_modules'), join(directory, 'node_modules'));
  for (const workspace of WORKSPACES.flatMap((folder) => listEntries(root, folder))) {
    const nested = join(root, workspace, 'node_modules');
    if (existsSync(nested) && existsSync(join(directory, workspace)))
      linkEntries(nested, join(directory, workspace, 'node_modules'));
  }
}

function listEntries(root, folder) {
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : [];
}

function linkEntries(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (lstatSync(source).isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (name.startsWith('@')) linkEntries(source, target);
    else symlinkSync(source, target);
  }
}
