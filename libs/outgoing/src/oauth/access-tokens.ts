import { UpstreamError } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
import type { GrantedToken } from './token-endpoint';

/** A token as it is kept, in the time of the clock. */
interface KeptToken {
  readonly token: string;
  readonly gotAtMs: number;
  readonly refreshAtMs: number;
  readonly expiresAtMs: number;
  /** Does it stand in for one that was refused? */
  readonly isReplacement: boolean;
}

/** A token is replaced this much of its life before its end … */
const REFRESH_AHEAD = 0.1;
/** … but no earlier than this: enough for a token endpoint that is slow or restarts. */
const MOST_AHEAD_MS = 30_000;
/** How long nothing is asked of a token endpoint again for the same reason: hammered with a bad secret, some lock the client out. */
const HOLD_MS = 1_000;
/** It may ask for any time. */
const LONGEST_HOLD_MS = 300_000;

/**
 * The access token of a connection: got when it is first needed, shared by all calls, replaced ahead of its end while they go
 * on with the old one. However many wait for a token, it is asked for once.
 */
export class AccessTokens {
  #kept: KeptToken | undefined;
  #asking: Promise<string> | undefined;
  #failure: { readonly reason: unknown; readonly heldUntilMs: number } | undefined;

  constructor(
    private readonly grant: () => Promise<GrantedToken>,
    private readonly clock: Clock = systemClock,
  ) {}

  /** The token at hand, if it is still good: the usual case, in which nobody waits. */
  present(): string | undefined {
    const kept = this.#kept;
    const nowMs = this.clock.nowMs();
    if (!kept || nowMs >= kept.expiresAtMs) return undefined;
    if (nowMs >= kept.refreshAtMs && !this.#isHeld(nowMs)) {
      // If it fails, there is time until the token at hand ends.
      this.#ask(false).catch(() => undefined);
    }
    return kept.token;
  }

  /** The token at hand, or else a new one. @throws what asking for it failed with */
  async get(): Promise<string> {
    const present = this.present();
    if (present !== undefined) return present;
    const failure = this.#failure;
    if (failure && isFinal(failure.reason) && this.#isHeld(this.clock.nowMs())) throw failure.reason;
    return this.#ask(false);
  }

  /**
   * A token in place of one that the upstream has refused. `undefined` when that was a replacement itself and as good as new:
   * another one would fare no better.
   */
  async replacing(refused: string): Promise<string | undefined> {
    const kept = this.#kept;
    if (kept?.token !== refused) return this.get();
    if (kept.isReplacement && this.clock.nowMs() < kept.gotAtMs + HOLD_MS) return undefined;
    this.#kept = undefined;
    return this.#ask(true);
  }

  #isHeld(nowMs: number): boolean {
    return this.#failure !== undefined && nowMs < this.#failure.heldUntilMs;
  }

  #ask(isReplacement: boolean): Promise<string> {
    this.#asking ??= this.grant().then(
      (granted) => this.#keep(granted, isReplacement),
      (reason: unknown) => this.#fail(reason),
    );
    return this.#asking;
  }

  #keep({ token, lifetimeMs }: GrantedToken, isReplacement: boolean): string {
    const gotAtMs = this.clock.nowMs();
    const expiresAtMs = gotAtMs + lifetimeMs;
    const refreshAtMs = expiresAtMs - Math.min(lifetimeMs * REFRESH_AHEAD, MOST_AHEAD_MS);
    this.#kept = { token, gotAtMs, refreshAtMs, expiresAtMs, isReplacement };
    this.#asking = this.#failure = undefined;
    return token;
  }

  #fail(reason: unknown): never {
    this.#failure = { reason, heldUntilMs: this.clock.nowMs() + holdMsAfter(reason) };
    this.#asking = undefined;
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
function holdMsAfter(reason: unknown): number {
  const seconds = reason instanceof UpstreamError ? (reason.retryAfter ?? 0) : 0;
  return Math.max(HOLD_MS, Math.min(seconds * 1_000, LONGEST_HOLD_MS));
}
