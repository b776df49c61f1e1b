/** The highest code of white space in JSON (RFC 8259 §2). */
const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Names of members and indices of items, from the outermost value inwards. */
type Path = readonly (string | number)[];

/**
 * Finds the first duplicate member in JSON. Parsers differ in which of two members they take, so a proxy and the bus could read different
 * values (RFC 8259 §4).
 *
 * JSON with a duplicate has more members than the parsed value. A count of the characters before colons, an upper bound, clears most texts
 * quickly; the others are scanned.
 *
 * @param text - valid JSON
 * @param memberCount - number of members in the parsed value, over all its objects
 */
export function findDuplicateMember(text: string, memberCount: number): Path | undefined {
  if (countMembersAtMost(text) === memberCount || countMembers(text) === memberCount) return undefined;
  return new DuplicateMemberFinder(text).findFirst();
}

/** Upper bound of the number of members: counts colons after a quote or white space, which are rare within strings. */
function countMembersAtMost(text: string): number {
  let members = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === QUOTE || before <= SPACE) members += 1;
  }
  return members;
}

/** Number of members: counts colons outside strings. */
function countMembers(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON) members += 1;
    else if (code === QUOTE) at = findEndOfString(text, at);
  }
  return members;
}

/** Index of the closing quote of the string that opens at `start`. */
function findEndOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/** An object or array around the current position. */
interface Level {
  /** Names of the members so far; `undefined` for an array. */
  readonly names: Set<string> | undefined;
  /** Name of the current member, or index of the current item. */
  segment: string | number;
}

/** Scans JSON for the first duplicate member. */
class DuplicateMemberFinder {
  readonly #levels: Level[] = [];
  #isBeforeName = false;

  constructor(private readonly text: string) {}

  findFirst(): Path | undefined {
    for (let at = 0; at < this.text.length; at += 1) {
      const character = this.text[at] ?? '';
      if (character !== '"') {
        this.#handleStructural(character);
        continue;
      }
      const end = findEndOfString(this.text, at);
      if (this.#isBeforeName && this.#isRepeated(this.text.slice(at, end + 1)))
        return this.#levels.map(({ segment }) => segment);
      at = end;
    }
    return undefined;
  }

  #handleStructural(character: string): void {
    if (character === '{') this.#enter({ names: new Set(), segment: '' });
    else if (character === '[') this.#enter({ names: undefined, segment: 0 });
    else if (character === ']' || character === '}') this.#levels.pop();
    else if (character === ',') this.#advance();
  }

  #enter(level: Level): void {
    this.#levels.push(level);
    this.#isBeforeName = level.names !== undefined;
  }

  #advance(): void {
    const level = this.#levels.at(-1);
    if (typeof level?.segment === 'number') level.segment += 1;
    this.#isBeforeName = level?.names !== undefined;
  }

  /** Compares unescaped names: `"a"` and `"\u0061"` are equal. */
  #isRepeated(literal: string): boolean {
    this.#isBeforeName = false;
    const level = this.#levels.at(-1);
    if (!level?.names) return false;
    const name = String(JSON.parse(literal));
    const isKnown = level.names.has(name);
    level.names.add(name);
    level.segment = name;
    return isKnown;
  }
}
