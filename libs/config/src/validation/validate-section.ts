import type { ConfigSection } from '../schema/config-section';
import {
  type ConfigNode,
  type MappingNode,
  type Replacements,
  locateNode,
  toPlainValue,
  removeNodes,
} from '../source/config-node';
import { describeExpectation } from './describe-expectation';
import { type LocatedIssue, flattenIssues, selectRelevantIssues } from './issues';
import { coerceReferences } from './coerce-references';

/** Each round drops something, so the depth of a configuration bounds them; this many are never needed. */
const MAX_ROUNDS = 20;

/** What a schema made of a section, and what it has against it. */
export interface SectionResult {
  /** Absent when there is no valid section even without the parts that are wrong. */
  readonly parsed?: ParsedSection;
  readonly issues: readonly LocatedIssue[];
}

export interface ParsedSection {
  readonly value: unknown;
}

type ParseResult = ParsedSection | { readonly issues: readonly LocatedIssue[] };

/**
 * Parses a section, as an empty mapping where it is not given. When parts of it are wrong, they are dropped, as little as
 * will do, and the rest is parsed again: so problems between sections are found in what is left, and all are told at once.
 */
export function validateSection(section: ConfigSection<unknown>, root: MappingNode): SectionResult {
  const outcome = parseSection(section, root);
  if ('value' in outcome) return { parsed: outcome, issues: [] };
  const parsed = parseValidParts(section, root, outcome.issues);
  return { issues: outcome.issues, ...(parsed && { parsed }) };
}

/** @param typed - what to put in the place of references whose keys ask for another type than text */
function parseSection(
  section: ConfigSection<unknown>,
  root: MappingNode,
  typed: Replacements = new Map(),
): ParseResult {
  const node = root.entries.get(section.key)?.node ?? { ...root, entries: new Map() };
  const result = section.schema.safeParse(toPlainValue(node, typed), { error: describeExpectation });
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  const more = new Map([...typed, ...coerceReferences(flattenIssues(issues, [section.key]), root)]);
  if (more.size > typed.size) return parseSection(section, root, more);
  return { issues: [...selectRelevantIssues(issues, [section.key])] };
}

function parseValidParts(
  section: ConfigSection<unknown>,
  root: MappingNode,
  firstIssues: readonly LocatedIssue[],
): ParsedSection | undefined {
  let rest: MappingNode | undefined = root;
  let issues = firstIssues;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    rest = removeInvalidNodes(rest, issues);
    if (!rest?.entries.has(section.key)) return undefined;
    const outcome = parseSection(section, rest);
    if ('value' in outcome) return outcome;
    ({ issues } = outcome);
  }
  return undefined;
}

function removeInvalidNodes(root: MappingNode, issues: readonly LocatedIssue[]): MappingNode | undefined {
  const dropped = new Set(issues.flatMap((issue) => findInvalidNodes(root, issue)));
  const rest = dropped.size > 0 ? removeNodes(root, dropped) : undefined;
  return rest?.kind === 'mapping' ? rest : undefined;
}

/** The unknown keys, the wrong value, or the mapping that lacks a key. */
function findInvalidNodes(root: MappingNode, { issue, path }: LocatedIssue): ConfigNode[] {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return paths.flatMap((wrong) => locateNode(root, wrong).deepestNode);
}
