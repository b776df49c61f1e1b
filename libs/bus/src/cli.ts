#!/usr/bin/env node
import 'reflect-metadata';
import { version } from '../package.json';
import { program } from './commands/program';

async function main(): Promise<void> {
  try {
    await program(version).parseAsync();
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = exitCodeOf(thrown);
  }
}

/** Errors that know theirs say it: of the configuration, of the job store, of commander. */
function exitCodeOf(thrown: unknown): number {
  if (!(thrown instanceof Error) || !('exitCode' in thrown)) return 1;
  return typeof thrown.exitCode === 'number' ? thrown.exitCode : 1;
}

void main();
