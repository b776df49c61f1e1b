// The parent process of a measurement: runs contestants as child processes, in turns, and computes medians.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';

const REPLY_TIMEOUT_MS = 60_000;
const EXIT_TIMEOUT_MS = 5_000;

const children = new Set();
const directories = new Set();

// Cleans up however this process ends.
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** Deletes a directory when this process ends. */
export function deleteOnExit(directory) {
  directories.add(directory);
  return directory;
}

/** Kills a process when this one ends, which it does not keep from ending. */
export function killOnExit(child) {
  child.unref();
  children.add(child);
  return child;
}

/** A contestant in its own process. */
export class Contestant {
  #child;
  #nextId = 0;

  /** Starts `contestants/<name>.mjs`; resolves when it accepts requests. */
  static async start(name, { env = {}, profileDirectory } = {}) {
    const contestant = new Contestant(name, env, profileDirectory);
    await contestant.#waitForReply('ready');
    return contestant;
  }

  constructor(name, env, profileDirectory) {
    const execArgv = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [];
    this.name = name;
    this.#child = fork(new URL(`contestants/${name}.mjs`, import.meta.url), {
      execArgv,
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    children.add(this.#child);
  }

  /** Runs one of its functions; rejects when it fails, ends or takes too long. */
  async request(skill, argument) {
    const id = this.#nextId++;
    const answer = this.#waitForReply(id);
    this.#child.send({ id, skill, argument });
    const { value, failure } = await answer;
    if (failure) throw new Error(`${this.name} failed at ${skill}: ${failure}`);
    return value;
  }

  /** Waits for it to end by itself, within a limit. */
  async end() {
    const child = this.#child;
    const ended = once(child, 'exit');
    const kill = setTimeout(() => child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    child.disconnect();
    await ended;
    clearTimeout(kill);
    children.delete(child);
  }

  #waitForReply(id) {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const settle = (done, outcome) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        done(outcome);
      };
      const onMessage = (message) => message.id === id && settle(resolve, message);
      const onExit = (code, signal) => settle(reject, new Error(`${this.name} ended: ${signal ?? code}`));
      const onTime = () => settle(reject, new Error(`${this.name} did not respond within ${REPLY_TIMEOUT_MS} ms`));
      const timer = setTimeout(onTime, REPLY_TIMEOUT_MS);
      child.on('message', onMessage);
      child.on('exit', onExit);
    });
  }
}

/**
 * Runs contestants in many short turns, so that other load of the machine affects all of them; each round reverses the order of the
 * previous one.
 *
 * @param turns - functions by name that measure `size` operations
 * @param terms - `warmUp`: the size of a first turn, which warms up the compiler and does not count
 * @returns medians by name
 */
export async function measureInTurns(turns, { rounds, size, warmUp }) {
  const names = Object.keys(turns);
  const values = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await turns[name](warmUp);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) values[name].push(await turns[name](size));
  }
  return Object.fromEntries(names.map((name) => [name, calculateMedian(values[name])]));
}

function calculateMedian(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
