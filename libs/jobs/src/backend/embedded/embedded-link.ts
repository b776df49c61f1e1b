import { ConnectionClosedError } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobStoreError } from '../job-store-error';
import type { PgNotification, PgQueryResult } from '../sql/pg-shapes';
import { SqlLink } from '../sql/sql-link';
import { HeldLink } from './held-link';
import type { JobsDirectory } from './jobs-directory';
import { isAlive, type LockHolder } from './lock-holder';
import { SocketLink } from './socket-link';

const TRY_AGAIN_AFTER_MS = 100;
const REOPEN_AFTER_MS = 500;
/** A command that has the directory is done by then, and a lock of another machine's has shown whether it is refreshed. */
const PATIENCE_MS = 12_000;
/** Whoever joins a store waits for its holder to make it. */
const JOIN_PATIENCE_MS = 60_000;

/** How a process gets to the store of a directory. */
export interface EmbeddedAccess {
  readonly directory: JobsDirectory;
  /** Work on a store that another process holds. */
  readonly join: boolean;
  /** Aborts the opening. */
  readonly signal?: AbortSignal;
}

/** The store of a directory, by whichever way there is: held by this process, or joined. When the way breaks, another is made. */
export class EmbeddedLink extends SqlLink {
  readonly #closing = new AbortController();
  readonly #listener = {
    notified: (notification: PgNotification) => this.tellNotified(notification),
    lost: (error: unknown) => this.#lost(error),
  };
  readonly #signal: AbortSignal;
  #current: SqlLink | undefined;
  #reopening: Promise<void> | undefined;
  #brokenBy: unknown;

  private constructor(private readonly access: EmbeddedAccess) {
    super();
    this.#signal = AbortSignal.any([this.#closing.signal, ...(access.signal ? [access.signal] : [])]);
  }

  /** @throws {JobStoreError} when another process holds the directory and this one is not to join it */
  static async open(access: EmbeddedAccess): Promise<EmbeddedLink> {
    const link = new EmbeddedLink(access);
    await link.#open();
    return link;
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return this.available().query(text, params);
  }

  /** The open link. @throws {ConnectionClosedError} with the cause, while there is none */
  available(): SqlLink {
    if (!this.#current) throw new ConnectionClosedError(undefined, this.#brokenBy);
    return this.#current;
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await this.#reopening;
    await this.#current?.close();
  }

  async #open(): Promise<void> {
    const link = await this.#way();
    link.listen(this.#listener);
    this.#current = link;
  }

  async #way(): Promise<SqlLink> {
    const startedAt = performance.now();
    for (;;) {
      const opened = await HeldLink.open(this.access.directory, { isBrief: this.access.join, signal: this.#signal });
      if (opened instanceof HeldLink) return opened;
      const waitedMs = performance.now() - startedAt;
      const joined = opened && (await this.#join(opened, waitedMs));
      if (joined) return joined;
      await sleep(TRY_AGAIN_AFTER_MS, undefined, { signal: this.#signal });
    }
  }

  /** The way through the holder; `undefined` while it may yet open or end. */
  async #join(holder: LockHolder, waitedMs: number): Promise<SqlLink | undefined> {
    if (!this.access.join) {
      const mayEnd = holder.isBrief || isAlive(holder) === undefined;
      if (!mayEnd || waitedMs > PATIENCE_MS) throw heldBy(holder, this.access.directory);
      return undefined;
    }
    try {
      return await SocketLink.connect(holder.socket);
    } catch (cause) {
      if (waitedMs < JOIN_PATIENCE_MS) return undefined;
      throw new JobStoreError(`${describe(holder)} holds the job store and does not answer`, { cause });
    }
  }

  #lost(error: unknown): void {
    const broken = this.#current;
    if (!broken || this.#closing.signal.aborted) return;
    this.#current = undefined;
    this.#brokenBy = error;
    broken.unlisten(this.#listener);
    this.tellLost(error);
    this.#reopening = this.#reopen(broken);
  }

  async #reopen(broken: SqlLink): Promise<void> {
    // What of it cannot be closed is on a disk that does not work, and is opened again when it does.
    await broken.close().catch(() => undefined);
    while (!this.#current && !this.#closing.signal.aborted) {
      try {
        await this.#open();
        this.tellRenewed();
      } catch (error) {
        this.tellLost(error);
        await sleep(REOPEN_AFTER_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }
}

function heldBy(holder: LockHolder, directory: JobsDirectory): JobStoreError {
  return new JobStoreError(
    `${describe(holder)} works on the jobs in ${directory.path} since ${holder.since}: ` +
      'stop it, give this one another `jobs.directory`, or use redis:// or postgres://, which carry many processes',
  );
}

function describe({ pid, host }: LockHolder): string {
  return `process ${pid} on ${host.split(' ')[0] ?? host}`;
}
