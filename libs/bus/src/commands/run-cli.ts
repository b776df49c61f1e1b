import { createProgram } from './program';

/** Runs the `trunkline` command: writes to the streams of this process, and sets `process.exitCode`. */
export async function runCli(version: string, args: readonly string[]): Promise<void> {
  try {
    await createProgram(version).parseAsync(args, { from: 'user' });
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = readExitCode(thrown);
  }
}

/** The exit code of an error that has one: of the configuration, the job store or commander. */
function readExitCode(thrown: unknown): number {
  if (!(thrown instanceof Error) || !('exitCode' in thrown)) return 1;
  return typeof thrown.exitCode === 'number' ? thrown.exitCode : 1;
}
