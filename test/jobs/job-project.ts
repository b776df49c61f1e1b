import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForLogLine, createProject, startTrunkline } from '../process/trunkline-process';
import { startJobStore, type StoreKind } from './job-bus';

const LIB = join(__dirname, '..', '..', 'libs', 'bus');
const SERVICES = `
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { BusService, optional, required, Service } = require(${JSON.stringify(LIB)});
const log = (line) => appendFileSync(join(__dirname, '..', 'runs.log'), line + '\\n');
exports.Work = BusService({ name: 'work' })(class extends Service {
  async handle() {
    const { key, fail, poison, block, ms = 0 } = this.request.input;
    const { attempt } = this.request.job;
    log('begin ' + key + ' ' + attempt + ' ' + process.pid);
    if (poison === 'kill') process.kill(process.pid, 'SIGKILL');
    else if (poison) process[poison]();
    if (fail) throw new Error('it fails');
    if (attempt === 1) for (const until = Date.now() + (block ?? 0); Date.now() < until; );
    await sleep(ms);
    log('end ' + key + ' ' + attempt);
    return { attempt, pid: process.pid };
  }
});
exports.Several = BusService({ name: 'several' })(class extends Service {
  handle() {
    const plan = {
      quick: required('work', { key: 'quick' }),
      slow: required('work', { key: 'slow', ms: 1_000 }),
      bad: optional('work', { key: 'bad', fail: true }, { fallback: null }),
    };
    return this.composeAsync(plan, { into: 'finish' });
  }
});
exports.Finish = BusService({ name: 'finish' })(class extends Service {
  handle() {
    log('finish ' + encodeURIComponent(JSON.stringify(this.request.input)));
    return this.request.input;
  }
});
exports.Tick = BusService({ name: 'tick' })(class extends Service {
  handle() { log('tick ' + this.request.job.id + ' ' + Date.now() + ' ' + process.pid); }
});
exports.Greet = BusService({ name: 'greet' })(class extends Service {
  handle() { return 'hello'; }
});
`;
const CHANNELS = `
channels:
  rest:
    later: { method: POST, path: /later, service: work, async: true }
    several: { method: POST, path: /several, service: several }
    greet: { method: GET, path: /greet, service: greet }
`;

/** A project for the `trunkline` command, whose services log what they do to a file. */
export class JobProject {
  readonly root: string;
  readonly #hosts = new Set<ChildProcess>();

  /**
   * @param bus - settings of `bus:`
   * @param files - further files of the project
   */
  constructor(bus: Readonly<Record<string, unknown>>, files: Readonly<Record<string, string>> = {}) {
    const settings = { services: ['services'], http: { port: 0 }, shutdown: { grace: '3s' }, ...bus };
    this.root = createProject({
      'services/work.service.js': SERVICES,
      'config/bus.yaml': JSON.stringify({ bus: settings }),
      'config/channels.yaml': CHANNELS,
      'runs.log': '',
      ...files,
    });
  }

  /** Starts a host, and waits until it listens. */
  async start(...args: readonly string[]): Promise<JobHostProcess> {
    const child = startTrunkline(this.root, ['start', ...args]);
    this.#hosts.add(child);
    const lines: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    const { url } = await waitForLogLine(child, 'listening');
    return new JobHostProcess(child, String(url), () => lines.join('').split('\n').filter(Boolean));
  }

  /** Reads the log of the services: an array of words for each line that starts with `what`. */
  readEntries(what: string): readonly (readonly string[])[] {
    const lines = readFileSync(join(this.root, 'runs.log'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => line.split(' ')).filter(([first]) => first === what);
  }

  /** Kills the hosts that still run. */
  killAll(): void {
    for (const host of this.#hosts) host.kill('SIGKILL');
  }
}

/** Settings and files of a project. */
export interface JobProjectOptions {
  /** Further settings of `bus.jobs`. */
  readonly jobs: Readonly<Record<string, unknown>>;
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs work in a project with its own store, then stops the hosts and the store. */
export async function withJobProject<T>(
  kind: StoreKind,
  { jobs, files }: JobProjectOptions,
  work: (project: JobProject) => Promise<T>,
): Promise<T> {
  const store = await startJobStore(kind);
  const project = new JobProject({ jobs: { ...store.jobs, ...jobs } }, files);
  try {
    return await work(project);
  } finally {
    project.killAll();
    await store.stop();
  }
}

/** A host process. */
export class JobHostProcess {
  constructor(
    readonly child: ChildProcess,
    readonly url: string,
    /** Returns the lines of its log so far. */
    readonly readLog: () => readonly string[],
  ) {}

  /** Sends a signal and waits for the exit. @returns the exit code; `null` if the signal ended the process */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const exited = this.waitForExit();
    this.child.kill(signal);
    return exited;
  }

  /** Waits for the exit. @returns the exit code; `null` if a signal ended the process */
  async waitForExit(): Promise<number | null> {
    const { exitCode, signalCode } = this.child;
    if (exitCode === null && signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}
