#!/usr/bin/env node
import 'reflect-metadata';
import { version } from '../package.json';
import { run } from './commands/run';

void run(version, process.argv.slice(2));
