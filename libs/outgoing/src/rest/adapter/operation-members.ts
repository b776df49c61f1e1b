import { listPlaceholders } from '../request/header-templates';
import { PathTemplate } from '../../http/request/path-template';
import type { HttpMethod } from '../../http/request/http-method';
import type { BodyFormat } from '../formats/body-format';
import { listMembers, type Members } from './members-section';

/** The parts of an operation that refer to members. */
interface OperationMembers {
  readonly method?: HttpMethod | undefined;
  readonly format?: BodyFormat | undefined;
  readonly path: string;
  readonly query?: readonly string[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly input?: Members | undefined;
  readonly output?: Members | undefined;
}

interface Mistake {
  readonly at: readonly string[];
  readonly message: string;
}

/** Lists the mistakes of an operation about its members. */
export function findMistakes(use: OperationMembers): Mistake[] {
  const { input, output } = use;
  const repeated = [...findFormatMistakes(use), ...findDuplicates('input', input), ...findDuplicates('output', output)];
  return input === undefined ? repeated : [...repeated, ...findUndeclared(use, input)];
}

function findFormatMistakes({ method, format }: OperationMembers): Mistake[] {
  const hasNone = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return hasNone && format !== undefined
    ? [{ at: ['format'], message: `expected no format, as a ${method} has no body` }]
    : [];
}

function findDuplicates(key: string, declared: Members | undefined): Mistake[] {
  const names = declared === undefined ? [] : listMembers(declared).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? [] : [{ at: [key], message: `expected different names, as ${twice} is declared twice` }];
}

/** Finds references to members that the input does not have. A path needs required members. */
function findUndeclared({ path, query = [], headers = {} }: OperationMembers, input: Members): Mistake[] {
  const declared = listMembers(input);
  const known = declared.map(({ name }) => name);
  const required = declared.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  const inHeaders = Object.entries(headers).map(([header, value]): MemberReference => [
    ['headers', header],
    listPlaceholders(value),
    known,
  ]);
  const uses: MemberReference[] = [
    [['path'], listPathPlaceholders(path) ?? [], required],
    [['query'], query, known],
    ...inHeaders,
  ];
  return uses.flatMap(([at, used, allowed]) => {
    const unknown = used.find((name) => !allowed.includes(name));
    const what = at[0] === 'query' ? 'names' : 'placeholders';
    return unknown === undefined
      ? []
      : [{ at, message: `expected ${what} that are in the input, as ${unknown} is not` }];
  });
}

type MemberReference = readonly [at: readonly string[], used: readonly string[], allowed: readonly string[]];

/** Lists the placeholders of a path; `undefined` where the text is no path. */
export function listPathPlaceholders(path: string): readonly string[] | undefined {
  try {
    return new PathTemplate(path).names;
  } catch {
    // The schema reports the error.
    return undefined;
  }
}
