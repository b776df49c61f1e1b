import { join } from 'node:path';
import { runCli } from '../libs/bus/src/commands/run-cli';
import type { ProcessResult } from './trunkline-process';

let lastCommand: Promise<unknown> = Promise.resolve();

/**
 * Runs a `trunkline` command for a project folder in this very process, which spares what it costs to load one. They run one
 * after the other: a process has one output.
 */
export function runCommand(folder: string, args: readonly string[]): Promise<ProcessResult> {
  const ended = lastCommand.then(() => runInProcess(folder, args));
  lastCommand = ended.catch(() => undefined);
  return ended;
}

async function runInProcess(folder: string, args: readonly string[]): Promise<ProcessResult> {
  const stdout = captureOutput(process.stdout);
  const stderr = captureOutput(process.stderr);
  process.exitCode = undefined;
  try {
    await runCli('0', ['--config', join(folder, 'config'), ...args]);
    return { code: readExitCode(), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.exitCode = undefined;
    stdout.restore();
    stderr.restore();
  }
}

/** As the shell would see it. */
function readExitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** What is written to a stream from now on, which does not get it. */
function captureOutput(stream: NodeJS.WriteStream) {
  let text = '';
  const spy = jest.spyOn(stream, 'write').mockImplementation((chunk, encoding, done) => {
    text += String(chunk);
    const isWritten = typeof encoding === 'function' ? encoding : done;
    isWritten?.();
    return true;
  });
  return { text: () => text, restore: () => spy.mockRestore() };
}
