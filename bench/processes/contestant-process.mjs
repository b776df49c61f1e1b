// The parent's side of a contestant: a process that runs functions on request.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { killOnExit } from './cleanup.mjs';
import { ContestantError } from './contestant-error.mjs';

const REPLY_TIMEOUT_MS = 60_000;
const EXIT_TIMEOUT_MS = 5_000;

/** A contestant in its own process. */
export class ContestantProcess {
  #child;
  #build;
  #name;
  #nextId = 0;

  /**
   * Starts a contestant; resolves when it accepts requests.
   *
   * @param command - the program and its parameters, the script last
   */
  static async start({ name, build, command, env }) {
    const contestant = new ContestantProcess({ name, build, command, env });
    await contestant.#waitForReply('ready');
    return contestant;
  }

  constructor({ name, build, command, env }) {
    const [execPath, ...execArgv] = command;
    const script = execArgv.pop();
    const stdio = ['ignore', 2, 2, 'ipc'];
    this.#name = name;
    this.#build = build;
    this.#child = killOnExit(
      fork(script, { execPath, execArgv, env: { ...process.env, NODE_ENV: 'production', ...env }, stdio }),
    );
  }

  /** Runs one of its functions; rejects when it fails, ends or takes too long. */
  async request(skill, argument) {
    const id = this.#nextId++;
    const reply = this.#waitForReply(id);
    this.#child.send({ id, skill, argument });
    const { value, failure } = await reply;
    if (failure) throw this.#createError(`failed at ${skill}: ${failure}`);
    return value;
  }

  /** Waits for it to end by itself, within a limit. */
  async end() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    const kill = setTimeout(() => child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(kill);
  }

  #createError(what) {
    return new ContestantError(`${this.#name} ${what}`, this.#build);
  }

  #waitForReply(id) {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const settle = (done, outcome) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        child.off('error', onError);
        done(outcome);
      };
      const fail = (what) => settle(reject, this.#createError(what));
      const onMessage = (message) => message.id === id && settle(resolve, message);
      const onExit = (code, signal) => fail(`ended: ${signal ?? code}`);
      const onError = ({ message }) => fail(`did not start: ${message}`);
      const onTime = () => {
        fail(`did not respond within ${REPLY_TIMEOUT_MS} ms`);
        child.kill('SIGKILL');
      };
      const timer = setTimeout(onTime, REPLY_TIMEOUT_MS);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.on('error', onError);
    });
  }
}
