#!/usr/bin/env node
import 'reflect-metadata';
import { ConfigurationError } from '@trunkline/config';
import { JobStoreError } from '@trunkline/jobs';
import { CommanderError } from 'commander';
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

function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof ConfigurationError || thrown instanceof JobStoreError) return thrown.exitCode;
  if (thrown instanceof CommanderError) return thrown.exitCode;
  return 1;
}

void main();
