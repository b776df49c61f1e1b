import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The output and exit code of a process. */
export interface ProcessResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The package `trunkline` of this checkout, and its command. */
const PACKAGE = join(__dirname, '..', '..', 'libs', 'bus');
const COMMAND = join(PACKAGE, 'dist', 'cli.js');

const children = new Set<ChildProcess>();

// A process that a failed test leaves behind would keep the test runner from exiting.
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Creates a project folder for a test, with these files and `trunkline` installed. */
export function createProject(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'trunkline-project-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  symlinkSync(PACKAGE, join(root, 'node_modules', 'trunkline'));
  return root;
}

/** Runs `trunkline` in a folder until it ends. */
export async function runTrunkline(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  return waitForExit(startTrunkline(cwd, args, env));
}

/** Starts `trunkline` in a folder. */
export function startTrunkline(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  });
  children.add(child);
  return child;
}

/** Starts `trunkline` in a folder with a simulated full disk: it cannot write to files (`EFBIG` instead of `ENOSPC`). */
export function startTrunklineOnFullDisk(cwd: string, args: readonly string[]): ChildProcess {
  const script = 'ulimit -f 0; exec "$0" "$@"';
  return spawn('sh', ['-c', script, process.execPath, COMMAND, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Waits for the end of a process and returns its output. */
export async function waitForExit(child: ChildProcess): Promise<ProcessResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Waits for a log line with this message, and returns its fields. */
export function waitForLogLine(child: ChildProcess, message: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const line of text.split('\n'))
        if (line.includes(`"${message}`) && line.endsWith('}')) resolve(JSON.parse(line) as Record<string, unknown>);
    });
    child.once('close', (code) =>
      reject(new Error(`the process ended with ${code} before it logged "${message}": ${text}`)),
    );
  });
}
