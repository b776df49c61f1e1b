import { UpstreamError } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
import type { GrantedToken } from './token-endpoint';

/** A token as it is kept, in the time of the clock. */
interface CachedToken {
  readonly token: string;
  readonly obtainedAtMs: number;
  readonly refreshAtMs: number;
  readonly expiresAtMs: number;
  /** Does it stand in for one that was refused? */
  readonly isReplacement: boolean;
}

/** A token is replaced this much of its life before its end … */
const REFRESH_AHEAD_RATIO = 0.1;
/** … but no earlier than this: enough for a token endpoint that is slow or restarts. */
const MAX_REFRESH_AHEAD_MS = 30_000;
/** How long nothing is asked of a token endpoint again for the same reason: hammered with a bad secret, some lock the client out. */
const COOLDOWN_MS = 1_000;
/** It may ask for any time. */
const MAX_COOLDOWN_MS = 300_000;

/**
 * The access token of a connection: got when it is first needed, shared by all calls, replaced ahead of its end while they go
 * on with the old one. However many wait for a token, it is asked for once.
 */
export class AccessTokenCache {
  #cached: CachedToken | undefined;
  #pendingRequest: Promise<string> | undefined;
  #failure: { readonly reason: unknown; readonly heldUntilMs: number } | undefined;

  constructor(
    private readonly requestToken: () => Promise<GrantedToken>,
    private readonly clock: Clock = systemClock,
  ) {}

  /** The token at hand, if it is still good: the usual case, in which nobody waits. */
  getCached(): string | undefined {
    const kept = this.#cached;
    const nowMs = this.clock.nowMs();
    if (!kept || nowMs >= kept.expiresAtMs) return undefined;
    if (nowMs >= kept.refreshAtMs && !this.#isInCooldown(nowMs)) {
      // If it fails, there is time until the token at hand ends.
      this.#refresh(false).catch(() => undefined);
    }
    return kept.token;
  }

  /** The token at hand, or else a new one. @throws what asking for it failed with */
  async get(): Promise<string> {
    const present = this.getCached();
    if (present !== undefined) return present;
    const failure = this.#failure;
    if (failure && isFinal(failure.reason) && this.#isInCooldown(this.clock.nowMs())) throw failure.reason;
    return this.#refresh(false);
  }

  /**
   * A token in place of one that the upstream has refused. `undefined` when that was a replacement itself and as good as new:
   * another one would fare no better.
   */
  async replace(refused: string): Promise<string | undefined> {
    const kept = this.#cached;
    if (kept?.token !== refused) return this.get();
    if (kept.isReplacement && this.clock.nowMs() < kept.obtainedAtMs + COOLDOWN_MS) return undefined;
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

/** Would the same come of it if it were asked again at once? */
function isFinal(reason: unknown): boolean {
  return (
    reason instanceof UpstreamError &&
    (reason.code === 'UPSTREAM_AUTH_FAILED' || reason.code === 'UPSTREAM_RATE_LIMITED')
  );
}

/** For a moment, or for as long as the endpoint asks. */
function findCooldownMs(reason: unknown): number {
  const seconds = reason instanceof UpstreamError ? (reason.retryAfter ?? 0) : 0;
  return Math.max(COOLDOWN_MS, Math.min(seconds * 1_000, MAX_COOLDOWN_MS));
}
