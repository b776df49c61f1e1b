#!/usr/bin/env node
import 'reflect-metadata';
import { version } from '../package.json';
import { runCli } from './commands/run-cli';

void runCli(version, process.argv.slice(2));
