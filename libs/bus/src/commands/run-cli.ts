import { createProgram } from './program';

/** Runs the `trunkline` command: what it prints goes to the streams of this process, how it went to `process.exitCode`. */
export async function runCli(version: string, args: readonly string[]): Promise<void> {
  try {
    await createProgram(version).parseAsync(args, { from: 'user' });
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = readExitCode(thrown);
  }
}

/** Errors that know theirs say it: those of the configuration, of the job store, of commander. */
function readExitCode(thrown: unknown): number {
  if (!(thrown instanceof Error) || !('exitCode' in thrown)) return 1;
  return typeof thrown.exitCode === 'number' ? thrown.exitCode : 1;
}
