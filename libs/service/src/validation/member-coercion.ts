import { coerceMember, type CoercionTarget } from './coercion';

/** An issue of a schema: the place and the kind of an error. */
export interface CoercionIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Whether the value has the wrong type. `false` if the library does not report that. */
  readonly isTypeIssue: boolean;
}

/** A form that the schema rejected. */
interface RejectedCandidate {
  readonly value: unknown;
  readonly issues: readonly CoercionIssue[];
  /** The expectation in the messages, without the actual value. */
  readonly summary: string;
}

/** Start of the part of a message where most libraries describe the actual value. */
const ACTUAL_VALUE_CLAUSE = /,? (?:\(?was|but|received|got)\b/;

type CoercionStage = 'text' | 'scalar' | 'list' | 'list of some scalars' | 'list of scalars' | 'settled';

const SCALAR: CoercionTarget = { itemType: 'scalar', isList: false };
const SCALAR_LIST: CoercionTarget = { itemType: 'scalar', isList: true };

/**
 * The forms of a member that arrived as text, in the order in which they are tried: the text, the number or boolean that it looks
 * like, a list with the text, a list with the number or boolean. A repeated parameter starts as a list.
 */
export class MemberCoercion {
  /** The current form. */
  value: unknown;
  #stage: CoercionStage;
  readonly #rejected: RejectedCandidate[] = [];

  constructor(private readonly sent: unknown) {
    this.value = sent;
    this.#stage = isText(sent) ? (Array.isArray(sent) ? 'list' : 'text') : 'settled';
  }

  /** The number or boolean that the text looks like; otherwise the text itself. */
  get scalar(): unknown {
    return typeof this.sent === 'string' ? coerceMember(this.sent, SCALAR) : this.sent;
  }

  /**
   * Advances to the next form; after the last, to the one nearest to the expectation.
   *
   * @param issues - of the current form
   * @returns whether the form has changed
   */
  advance(issues: readonly CoercionIssue[]): boolean {
    const { value } = this;
    if (!this.#isSettled) this.#rejected.push({ value, issues, summary: summarize(issues) });
    while (!this.#isSettled && this.value === value) this.#advanceStage(issues);
    return this.value !== value;
  }

  get #isSettled(): boolean {
    return this.#stage === 'settled';
  }

  #advanceStage(issues: readonly CoercionIssue[]): void {
    if (this.#stage === 'text') this.#setStage('scalar', this.scalar);
    else if (this.#stage === 'scalar') this.#setStage('list', [this.sent]);
    else if (this.#stage === 'list') this.#setStage('list of some scalars', this.#convertRejectedItems(issues));
    else if (this.#stage === 'list of some scalars')
      this.#setStage(
        'list of scalars',
        this.#convertItems(() => true),
      );
    else this.#setStage('settled', this.#findNearest());
  }

  #setStage(stage: CoercionStage, value: unknown): void {
    this.#stage = stage;
    this.value = value;
  }

  /** Converts only the rejected items, because a tuple may expect different types. */
  #convertRejectedItems(issues: readonly CoercionIssue[]): unknown {
    const rejected = new Set(issues.map(({ path }) => Number(path[1])));
    return this.#convertItems((index) => rejected.has(index));
  }

  /** @returns the same list if no item changes */
  #convertItems(isChosen: (index: number) => boolean): unknown {
    const all = coerceMember(this.sent, SCALAR_LIST);
    const { value } = this;
    if (!Array.isArray(value) || !Array.isArray(all)) return value;
    const items = value.map((item: unknown, index): unknown => (isChosen(index) ? all[index] : item));
    return items.every((item, index) => item === value[index]) ? value : items;
  }

  /**
   * Finds the form nearest to the expectation: one of the right type, or at least a list in which only items are wrong. If a library
   * does not report types, all forms of a wrong type are rejected with the same message.
   */
  #findNearest(): unknown {
    let nearest: unknown = this.sent;
    let best = -1;
    for (const { value, issues, summary } of this.#rejected) {
      const isOfType = !issues.some(({ isTypeIssue }) => isTypeIssue);
      const isList = issues.every(({ path }) => path.length > 1);
      const isUnlikeOthers = this.#rejected.filter((other) => other.summary === summary).length === 1;
      const rank = (isOfType ? 2 : 0) + (isList ? 1 : 0) + (isUnlikeOthers ? 1 : 0);
      // The later of two lists has more converted items.
      if (rank < best || (rank === best && !isList)) continue;
      best = rank;
      nearest = value;
    }
    return nearest;
  }
}

function summarize(issues: readonly CoercionIssue[]): string {
  return issues.map(({ message }) => message.split(ACTUAL_VALUE_CLAUSE)[0]).join('\n');
}

function isText(sent: unknown): boolean {
  return typeof sent === 'string' || (Array.isArray(sent) && sent.every((item) => typeof item === 'string'));
}
