import { createFailure } from '@trunkline/failures';
import { findSeparator, type QueryNotation } from './notations';

/** The text of a parameter; a list when the query has it several times. */
type ParameterValue = string | readonly string[];

/** Members of the query, whose values are text, lists of text or objects of these. */
type QueryMembers = Readonly<Record<string, unknown>>;

/** A parameter with brackets, such as `a[b][c]`: `keys` are `b` and `c`. */
interface BracketedParameter {
  readonly keys: readonly string[];
  readonly value: ParameterValue;
}

const MAX_LEVELS = 5;
const BRACKETS = /^(?:\[[^[\]]*\])+$/;
const LIST_KEY = /^\d{0,4}$/;

/**
 * Reads the members of a query that have a notation of their own. Separators and brackets may be percent-encoded. Members without a
 * notation stay as they are, so that `a[b]` is an unknown member `a[b]`.
 */
export class QueryReader {
  constructor(private readonly notations: ReadonlyMap<string, QueryNotation>) {}

  /**
   * @param query - decoded parameters by name
   * @throws {BusError} `BAD_REQUEST` with all parameters that cannot be read
   */
  read(query: Readonly<Record<string, ParameterValue>>): QueryMembers {
    const members = new Map<string, unknown>();
    const bracketed = new Map<string, BracketedParameter[]>();
    const problems: string[] = [];
    for (const [name, value] of Object.entries(query)) {
      const member = this.#findBracketedMember(name);
      if (member === undefined) members.set(name, this.#readValue(name, value));
      else append(bracketed, member, { keys: parseKeys(name.slice(member.length)), value });
    }
    for (const [member, parameters] of bracketed) {
      const read = this.notations.get(member) === 'deep' ? readObject : readList;
      members.set(
        member,
        read({ member, parameters, plain: members.get(member), report: (each) => problems.push(each) }),
      );
    }
    if (problems.length > 0) throw createFailure('BAD_REQUEST', { detail: problems.join('; ') });
    return Object.fromEntries(members);
  }

  /** Finds the member of a parameter with brackets. */
  #findBracketedMember(name: string): string | undefined {
    const end = name.indexOf('[');
    const member = end === -1 ? '' : name.slice(0, end);
    const notation = this.notations.get(member);
    return notation === 'brackets' || notation === 'deep' ? member : undefined;
  }

  #readValue(name: string, value: ParameterValue): unknown {
    const separator = findSeparator(this.notations.get(name) ?? 'repeated');
    if (separator === undefined) return value;
    return [value].flat().flatMap((text) => (text === '' ? [] : text.split(separator)));
  }
}

function append<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** @returns no keys for brackets that do not match */
function parseKeys(brackets: string): readonly string[] {
  return BRACKETS.test(brackets) ? brackets.slice(1, -1).split('][') : [];
}

/** The parameters of one member. */
interface MemberParameters {
  readonly member: string;
  readonly parameters: readonly BracketedParameter[];
  /** The value of the parameter without brackets. */
  readonly plain: unknown;
  readonly report: (problem: string) => void;
}

/** Reads `a[]=1` and `a[0]=1`: items with an index come first, in its order. */
function readList({ member, parameters, plain, report }: MemberParameters): readonly unknown[] {
  const isList = parameters.every(({ keys }) => keys.length === 1 && LIST_KEY.test(keys[0] ?? ''));
  if (!isList) report(`the query needs ${member}[]=… or ${member}[0]=… for the list ${member}`);
  const indexed = parameters.map(({ keys: [key = ''], value }) => ({
    index: key === '' ? Infinity : Number(key),
    value,
  }));
  const sorted = indexed.toSorted((one, other) => (one.index === other.index ? 0 : one.index - other.index));
  return [plain ?? [], ...sorted.map(({ value }) => value)].flat();
}

/** An object while it is read. */
type Level = Map<string, Level | ParameterValue>;

/** Reads `a[b]=1&a[c][d]=2`; `a[b][]=1` and a repeated `a[b]=1` are lists. */
function readObject({ member, parameters, plain, report }: MemberParameters): QueryMembers {
  const root: Level = new Map();
  if (plain !== undefined) report(`the query has ${member} both with and without brackets`);
  for (const { keys, value } of parameters) {
    const isListItem = keys.length > 1 && keys.at(-1) === '';
    const path = isListItem ? keys.slice(0, -1) : keys;
    const problem = findPathProblem(member, path) ?? setAt(root, path, isListItem ? [value].flat() : value);
    if (problem !== undefined) report(problem);
  }
  return toObject(root);
}

function findPathProblem(member: string, path: readonly string[]): string | undefined {
  if (path.length === 0 || path.includes('')) return `the query needs ${member}[name]=… for the members of ${member}`;
  if (path.includes('__proto__')) return `the query has a member __proto__ in ${member}`;
  return path.length > MAX_LEVELS ? `the query nests ${member} in more than ${MAX_LEVELS} levels` : undefined;
}

/** @returns the problem of a member that is both a value and an object */
function setAt(root: Level, path: readonly string[], value: ParameterValue): string | undefined {
  let level = root;
  for (const key of path.slice(0, -1)) {
    const below = level.get(key) ?? new Map<string, Level | ParameterValue>();
    if (!(below instanceof Map)) return `the query has ${key} both as a value and as an object`;
    level.set(key, below);
    level = below;
  }
  const last = path.at(-1) ?? '';
  const before = level.get(last);
  if (before instanceof Map) return `the query has ${last} both as a value and as an object`;
  level.set(last, before === undefined ? value : [before, value].flat());
  return undefined;
}

function toObject(level: Level): QueryMembers {
  return Object.fromEntries([...level].map(([key, value]) => [key, value instanceof Map ? toObject(value) : value]));
}
