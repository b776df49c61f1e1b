import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Arguments of job-process.fixture.cjs. */
export interface KillableJobProcessOptions {
  readonly backend: string;
  readonly directory?: string;
  readonly add?: number;
  readonly concurrency?: number;
  readonly join?: boolean;
}

/** A process that runs jobs, for tests that kill it. */
export class KillableJobProcess {
  readonly #process: ChildProcess;
  readonly lines: string[] = [];

  constructor(options: KillableJobProcessOptions) {
    const script = join(__dirname, 'job-process.fixture.cjs');
    this.#process = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!this.#process.stdout) throw new Error('the output of the process is not a pipe');
    createInterface(this.#process.stdout).on('line', (line) => this.lines.push(line));
  }

  sendSignal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends the process. @returns its exit code; `null` if the signal ended it */
  async terminate(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return this.#process.exitCode;
    const ended = once(this.#process, 'close');
    this.#process.kill(signal);
    await ended;
    return this.#process.exitCode;
  }
}
