import { join } from 'node:path';
import { runCli } from '../../libs/bus/src/commands/run-cli';
import type { ProcessResult } from './trunkline-process';

/** Events of a stream that the log of a command listens to. */
const LOG_EVENTS = ['error', 'drain'];

let lastCommand: Promise<unknown> = Promise.resolve();

/**
 * Runs a `trunkline` command for a project folder in this process, which saves the start of a new one. Commands run one after the other,
 * since they share the output of the process.
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

/** The exit code that a shell would see. */
function readExitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** Captures the output to a stream, which does not receive it. Afterwards, the stream has the listeners that it had before. */
function captureOutput(stream: NodeJS.WriteStream) {
  let text = '';
  const before = LOG_EVENTS.map((event) => new Set(stream.listeners(event)));
  const removeListeners = (event: string, index: number) => {
    for (const listener of stream.listeners(event) as (() => void)[])
      if (!before[index]?.has(listener)) stream.off(event, listener);
  };
  const spy = jest.spyOn(stream, 'write').mockImplementation((chunk, encoding, done) => {
    text += String(chunk);
    const isWritten = typeof encoding === 'function' ? encoding : done;
    isWritten?.();
    return true;
  });
  const restore = () => {
    spy.mockRestore();
    LOG_EVENTS.forEach(removeListeners);
  };
  return { text: () => text, restore };
}
