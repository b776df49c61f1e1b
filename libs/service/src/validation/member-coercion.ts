import { coerceMember, type CoercionTarget } from './coercion';

/** An issue of a schema, as far as it tells where and how a value is wrong. */
export interface CoercionIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Is the value of another type than the schema asks for? `false` where that cannot be told. */
  readonly isTypeIssue: boolean;
}

/** A form that was refused. */
interface RejectedCandidate {
  readonly value: unknown;
  readonly issues: readonly CoercionIssue[];
  /** What is asked for, without what came. */
  readonly summary: string;
}

/** Where most libraries begin to say what came instead. */
const ACTUAL_VALUE_CLAUSE = /,? (?:\(?was|but|received|got)\b/;

type CoercionStage = 'text' | 'scalar' | 'list' | 'list of some scalars' | 'list of scalars' | 'settled';

const SCALAR: CoercionTarget = { itemType: 'scalar', isList: false };
const SCALAR_LIST: CoercionTarget = { itemType: 'scalar', isList: true };

/**
 * The forms of a member that came as text, tried one after the other: the text, the number or boolean that it looks like, a list of
 * one, a list of such a number. A member that came several times is a list from the beginning.
 */
export class MemberCoercion {
  /** The form that is tried. */
  value: unknown;
  #stage: CoercionStage;
  readonly #rejected: RejectedCandidate[] = [];

  constructor(private readonly sent: unknown) {
    this.value = sent;
    this.#stage = isText(sent) ? (Array.isArray(sent) ? 'list' : 'text') : 'settled';
  }

  /** The number or boolean that the text looks like; the text itself where it looks like none. */
  get scalar(): unknown {
    return typeof this.sent === 'string' ? coerceMember(this.sent, SCALAR) : this.sent;
  }

  /**
   * Takes the next form, or the one that came nearest when there is none.
   *
   * @param issues - of the form that is tried
   * @returns is it another form?
   */
  advance(issues: readonly CoercionIssue[]): boolean {
    const tried = this.value;
    if (!this.#isSettled) this.#rejected.push({ value: tried, issues, summary: summarize(issues) });
    while (!this.#isSettled && this.value === tried) this.#tryNextStage(issues);
    return this.value !== tried;
  }

  get #isSettled(): boolean {
    return this.#stage === 'settled';
  }

  #tryNextStage(issues: readonly CoercionIssue[]): void {
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

  /** Only the items that were refused: a tuple may ask for different things. */
  #convertRejectedItems(issues: readonly CoercionIssue[]): unknown {
    const named = new Set(issues.map(({ path }) => Number(path[1])));
    return this.#convertItems((index) => named.has(index));
  }

  /** @returns the same list where no item looks like something else */
  #convertItems(isChosen: (index: number) => boolean): unknown {
    const all = coerceMember(this.sent, SCALAR_LIST);
    const { value } = this;
    if (!Array.isArray(value) || !Array.isArray(all)) return value;
    const items = value.map((item: unknown, index): unknown => (isChosen(index) ? all[index] : item));
    return items.every((item, index) => item === value[index]) ? value : items;
  }

  /**
   * The form that came nearest to what is asked for: one of the right type, or at least a list where only an item is wrong. Where
   * a library does not say what is wrong with a type, all forms of a wrong type are refused in the same words.
   */
  #findNearest(): unknown {
    let nearest: unknown = this.sent;
    let best = -1;
    for (const { value, issues, summary } of this.#rejected) {
      const isOfType = !issues.some(({ isTypeIssue }) => isTypeIssue);
      const isList = issues.every(({ path }) => path.length > 1);
      const isUnlikeOthers = this.#rejected.filter((other) => other.summary === summary).length === 1;
      const rank = (isOfType ? 2 : 0) + (isList ? 1 : 0) + (isUnlikeOthers ? 1 : 0);
      // Of two lists the later has more of its items converted.
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
