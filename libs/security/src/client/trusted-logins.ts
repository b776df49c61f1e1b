const MAX_LOGINS = 10_000;

/**
 * Networks and user names of successful logins. When a network exceeds the limit of wrong passwords, these users can still log in from it,
 * so that one machine does not lock out an office. A wrong password then removes its user name, which could be guessed without a limit
 * otherwise.
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
