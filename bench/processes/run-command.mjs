// Runs a program to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onExit } from './cleanup.mjs';

/**
 * Runs a program; it and its children are killed when this process ends.
 *
 * @param cwd - its working directory
 * @returns its standard output; its other output goes to standard error
 * @throws {Error} when its exit code is not 0
 */
export async function runCommand([program, ...parameters], cwd) {
  // A process group of its own, so that the children of npm are killed with it.
  const child = spawn(program, parameters, { cwd, stdio: ['ignore', 'pipe', 2], detached: true });
  const cancel = onExit(() => process.kill(-Number(child.pid), 'SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  try {
    const [code, signal] = await once(child, 'close');
    if (code === 0) return output;
    throw new Error(`${[program, ...parameters].join(' ')} ended: ${signal ?? code}\n${output}`);
  } finally {
    cancel();
  }
}
