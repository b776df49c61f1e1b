import { UpstreamError } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
import type { GrantedToken } from './token-response';

/** A cached token; times are those of the clock. */
interface CachedToken {
  readonly token: string;
  readonly obtainedAtMs: number;
  readonly refreshAtMs: number;
  readonly expiresAtMs: number;
  /** Whether it replaces a token that the upstream has rejected. */
  readonly isReplacement: boolean;
}

/** Part of its lifetime by which a token is replaced before it expires. */
const REFRESH_AHEAD_RATIO = 0.1;
/** Longest time by which it is replaced early: enough for a token endpoint that is slow or restarts. */
const MAX_REFRESH_AHEAD_MS = 30_000;
/** Pause after a failed token request: some token endpoints lock a client out that repeats a wrong secret. */
const COOLDOWN_MS = 1_000;
/** Longest pause, whatever the endpoint requests. */
const MAX_COOLDOWN_MS = 300_000;

/**
 * The access token of a connection. It is requested when it is first needed, shared by all calls, and replaced before it expires while
 * calls use the old one. There is one token request at a time, however many calls wait.
 */
export class AccessTokenCache {
  #cached: CachedToken | undefined;
  #pendingRequest: Promise<string> | undefined;
  #failure: { readonly reason: unknown; readonly heldUntilMs: number } | undefined;

  constructor(
    private readonly requestToken: () => Promise<GrantedToken>,
    private readonly clock: Clock = systemClock,
  ) {}

  /** The cached token, if it has not expired. */
  getCached(): string | undefined {
    const cached = this.#cached;
    const nowMs = this.clock.nowMs();
    if (!cached || nowMs >= cached.expiresAtMs) return undefined;
    if (nowMs >= cached.refreshAtMs && !this.#isInCooldown(nowMs)) {
      // If it fails, the cached token is still valid.
      this.#refresh(false).catch(() => undefined);
    }
    return cached.token;
  }

  /** The cached token, or a new one. @throws the failure of the token request */
  async get(): Promise<string> {
    const present = this.getCached();
    if (present !== undefined) return present;
    const failure = this.#failure;
    if (failure && isFinal(failure.reason) && this.#isInCooldown(this.clock.nowMs())) throw failure.reason;
    return this.#refresh(false);
  }

  /**
   * Replaces a token that the upstream has rejected. `undefined` when that was itself a fresh replacement: another one would be rejected,
   * too.
   */
  async replace(rejected: string): Promise<string | undefined> {
    const cached = this.#cached;
    if (cached?.token !== rejected) return this.get();
    if (cached.isReplacement && this.clock.nowMs() < cached.obtainedAtMs + COOLDOWN_MS) return undefined;
    this.#cached = undefined;
    return this.#refresh(true);
  }

  #isInCooldown(nowMs: number): boolean {
    return this.#failure !== undefined && nowMs < this.#failure.heldUntilMs;
  }

  #refresh(isReplacement: boolean): Promise<string> {
    this.#pendingRequest ??= this.requestToken().then(
      (granted) => this.#store(granted, isReplacement),
      (reason: unknown) => this.#fail(reason),
    );
    return this.#pendingRequest;
  }

  #store({ token, lifetimeMs }: GrantedToken, isReplacement: boolean): string {
    const obtainedAtMs = this.clock.nowMs();
    const expiresAtMs = obtainedAtMs + lifetimeMs;
    const refreshAtMs = expiresAtMs - Math.min(lifetimeMs * REFRESH_AHEAD_RATIO, MAX_REFRESH_AHEAD_MS);
    this.#cached = { token, obtainedAtMs, refreshAtMs, expiresAtMs, isReplacement };
    this.#pendingRequest = this.#failure = undefined;
    return token;
  }

  #fail(reason: unknown): never {
    this.#failure = { reason, heldUntilMs: this.clock.nowMs() + findCooldownMs(reason) };
    this.#pendingRequest = undefined;
    throw reason;
  }
}

/** Whether an immediate repetition would fail in the same way. */
function isFinal(reason: unknown): boolean {
  return (
    reason instanceof UpstreamError &&
    (reason.code === 'UPSTREAM_AUTH_FAILED' || reason.code === 'UPSTREAM_RATE_LIMITED')
  );
}

/** Finds the pause after a failure: the shortest one, or as long as the endpoint requests. */
function findCooldownMs(reason: unknown): number {
  const seconds = reason instanceof UpstreamError ? (reason.retryAfter ?? 0) : 0;
  return Math.max(COOLDOWN_MS, Math.min(seconds * 1_000, MAX_COOLDOWN_MS));
}
