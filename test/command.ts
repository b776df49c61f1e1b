import { join } from 'node:path';
import { run } from '../libs/bus/src/commands/run';
import type { Ended } from './process';

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a `trunkline` command for a project folder in this very process, which spares what it costs to load one. They run one
 * after the other: a process has one output.
 */
export function command(folder: string, args: readonly string[]): Promise<Ended> {
  const ended = last.then(() => commandAlone(folder, args));
  last = ended.catch(() => undefined);
  return ended;
}

async function commandAlone(folder: string, args: readonly string[]): Promise<Ended> {
  const stdout = written(process.stdout);
  const stderr = written(process.stderr);
  process.exitCode = undefined;
  try {
    await run('0', ['--config', join(folder, 'config'), ...args]);
    return { code: exitCode(), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.exitCode = undefined;
    stdout.restore();
    stderr.restore();
  }
}

/** As the shell would see it. */
function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** What is written to a stream from now on, which does not get it. */
function written(stream: NodeJS.WriteStream) {
  let text = '';
  const spy = jest.spyOn(stream, 'write').mockImplementation((chunk, encoding, done) => {
    text += String(chunk);
    const isWritten = typeof encoding === 'function' ? encoding : done;
    isWritten?.();
    return true;
  });
  return { text: () => text, restore: () => spy.mockRestore() };
}
