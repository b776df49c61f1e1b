import type { ConfigSection } from '../schema/section';
import { type ConfigNode, type MappingNode, type Replacements, locate, plainValue, without } from '../source/tree';
import { expectation } from './expectation';
import { type PlacedIssue, allIssues, issuesToTell } from './issues';
import { typedReferences } from './reference-types';

/** Each round drops something, so the depth of a configuration bounds them; this many are never needed. */
const MOST_ROUNDS = 20;

/** What a schema made of a section, and what it has against it. */
export interface SectionResult {
  /** Absent when there is no valid section even without the parts that are wrong. */
  readonly parsed?: Parsed;
  readonly issues: readonly PlacedIssue[];
}

export interface Parsed {
  readonly value: unknown;
}

type Outcome = Parsed | { readonly issues: readonly PlacedIssue[] };

/**
 * Parses a section, as an empty mapping where it is not given. When parts of it are wrong, they are dropped, as little as
 * will do, and the rest is parsed again: so problems between sections are found in what is left, and all are told at once.
 */
export function validateSection(section: ConfigSection<unknown>, root: MappingNode): SectionResult {
  const outcome = parse(section, root);
  if ('value' in outcome) return { parsed: outcome, issues: [] };
  const parsed = salvage(section, root, outcome.issues);
  return { issues: outcome.issues, ...(parsed && { parsed }) };
}

/** @param typed - what to put in the place of references whose keys ask for another type than text */
function parse(section: ConfigSection<unknown>, root: MappingNode, typed: Replacements = new Map()): Outcome {
  const node = root.entries.get(section.key)?.node ?? { ...root, entries: new Map() };
  const result = section.schema.safeParse(plainValue(node, typed), { error: expectation });
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  const more = new Map([...typed, ...typedReferences(allIssues(issues, [section.key]), root)]);
  if (more.size > typed.size) return parse(section, root, more);
  return { issues: [...issuesToTell(issues, [section.key])] };
}

function salvage(
  section: ConfigSection<unknown>,
  root: MappingNode,
  firstIssues: readonly PlacedIssue[],
): Parsed | undefined {
  let rest: MappingNode | undefined = root;
  let issues = firstIssues;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    rest = dropWrong(rest, issues);
    if (!rest?.entries.has(section.key)) return undefined;
    const outcome = parse(section, rest);
    if ('value' in outcome) return outcome;
    ({ issues } = outcome);
  }
  return undefined;
}

function dropWrong(root: MappingNode, issues: readonly PlacedIssue[]): MappingNode | undefined {
  const dropped = new Set(issues.flatMap((issue) => wrongNodes(root, issue)));
  const rest = dropped.size > 0 ? without(root, dropped) : undefined;
  return rest?.kind === 'mapping' ? rest : undefined;
}

/** The unknown keys, the wrong value, or the mapping that lacks a key. */
function wrongNodes(root: MappingNode, { issue, path }: PlacedIssue): ConfigNode[] {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return paths.flatMap((wrong) => locate(root, wrong).deepest);
}
