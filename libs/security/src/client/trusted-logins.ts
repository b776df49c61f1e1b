const MAX_LOGINS = 10_000;

/**
 * User names by the networks that have shown a good password for them. Where wrong passwords come from a network too fast, these are
 * the users who may still sign in from it: an office does not stay outside for one of its machines. A wrong password ends that for its
 * user name, or it could be guessed at any speed from the desk beside.
 */
export class TrustedLogins {
  readonly #known = new Set<string>();

  has(network: string, username: string): boolean {
    return this.#known.has(`${network} ${username}`);
  }

  add(network: string, username: string): void {
    const known = this.#known;
    const user = `${network} ${username}`;
    if (known.has(user)) return;
    const [oldest] = known;
    if (oldest !== undefined && known.size >= MAX_LOGINS) known.delete(oldest);
    known.add(user);
  }

  delete(network: string, username: string): void {
    this.#known.delete(`${network} ${username}`);
  }
}
