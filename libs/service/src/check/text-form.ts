import { convertMember, type TextTarget } from './texts';

/** An issue of a schema, as far as it tells where and how a value is wrong. */
export interface FormIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Is the value of another type than the schema asks for? `false` where that cannot be told. */
  readonly isTypeIssue: boolean;
}

/** A form that was refused. */
interface RefusedForm {
  readonly value: unknown;
  readonly issues: readonly FormIssue[];
  /** What is asked for, without what came. */
  readonly gist: string;
}

/** Where most libraries begin to say what came instead. */
const WHAT_CAME = /,? (?:\(?was|but|received|got)\b/;

type Stage = 'text' | 'scalar' | 'list' | 'list of some scalars' | 'list of scalars' | 'settled';

const SCALAR: TextTarget = { item: 'scalar', isList: false };
const SCALARS: TextTarget = { item: 'scalar', isList: true };

/**
 * The forms of a member that came as text, tried one after the other: the text, the number or boolean that it looks like, a list of
 * one, a list of such a number. A member that came several times is a list from the beginning.
 */
export class TextForm {
  /** The form that is tried. */
  value: unknown;
  #stage: Stage;
  readonly #refused: RefusedForm[] = [];

  constructor(private readonly sent: unknown) {
    this.value = sent;
    this.#stage = isTextual(sent) ? (Array.isArray(sent) ? 'list' : 'text') : 'settled';
  }

  /** The number or boolean that the text looks like; the text itself where it looks like none. */
  get scalar(): unknown {
    return typeof this.sent === 'string' ? convertMember(this.sent, SCALAR) : this.sent;
  }

  /**
   * Takes the next form, or the one that came nearest when there is none.
   *
   * @param issues - of the form that is tried
   * @returns is it another form?
   */
  advance(issues: readonly FormIssue[]): boolean {
    const tried = this.value;
    if (!this.#isSettled) this.#refused.push({ value: tried, issues, gist: summarize(issues) });
    while (!this.#isSettled && this.value === tried) this.#step(issues);
    return this.value !== tried;
  }

  get #isSettled(): boolean {
    return this.#stage === 'settled';
  }

  #step(issues: readonly FormIssue[]): void {
    if (this.#stage === 'text') this.#take('scalar', this.scalar);
    else if (this.#stage === 'scalar') this.#take('list', [this.sent]);
    else if (this.#stage === 'list') this.#take('list of some scalars', this.#convertNamed(issues));
    else if (this.#stage === 'list of some scalars')
      this.#take(
        'list of scalars',
        this.#convertItems(() => true),
      );
    else this.#take('settled', this.#findNearest());
  }

  #take(stage: Stage, value: unknown): void {
    this.#stage = stage;
    this.value = value;
  }

  /** Only the items that were refused: a tuple may ask for different things. */
  #convertNamed(issues: readonly FormIssue[]): unknown {
    const named = new Set(issues.map(({ path }) => Number(path[1])));
    return this.#convertItems((index) => named.has(index));
  }

  /** @returns the same list where no item looks like something else */
  #convertItems(isChosen: (index: number) => boolean): unknown {
    const all = convertMember(this.sent, SCALARS);
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
    for (const { value, issues, gist } of this.#refused) {
      const isOfType = !issues.some(({ isTypeIssue }) => isTypeIssue);
      const isList = issues.every(({ path }) => path.length > 1);
      const isUnlikeOthers = this.#refused.filter((other) => other.gist === gist).length === 1;
      const rank = (isOfType ? 2 : 0) + (isList ? 1 : 0) + (isUnlikeOthers ? 1 : 0);
      // Of two lists the later has more of its items converted.
      if (rank < best || (rank === best && !isList)) continue;
      best = rank;
      nearest = value;
    }
    return nearest;
  }
}

function summarize(issues: readonly FormIssue[]): string {
  return issues.map(({ message }) => message.split(WHAT_CAME)[0]).join('\n');
}

function isTextual(sent: unknown): boolean {
  return typeof sent === 'string' || (Array.isArray(sent) && sent.every((item) => typeof item === 'string'));
}
