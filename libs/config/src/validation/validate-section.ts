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

/** Each round drops a part, so that the depth of the configuration limits the rounds. This number is never reached. */
const MAX_ROUNDS = 20;

/** The parsed value of a section, and its issues. */
export interface SectionResult {
  /** Absent if the section is not valid even without its invalid parts. */
  readonly parsed?: ParsedSection;
  readonly issues: readonly LocatedIssue[];
}

export interface ParsedSection {
  readonly value: unknown;
}

type ParseResult = ParsedSection | { readonly issues: readonly LocatedIssue[] };

/**
 * Parses a section; an absent section is an empty mapping. Invalid parts are dropped, as few as possible, and the rest is parsed again, so
 * that checks across sections can run and all problems are reported at once.
 */
export function validateSection(section: ConfigSection<unknown>, root: MappingNode): SectionResult {
  const outcome = parseSection(section, root);
  if ('value' in outcome) return { parsed: outcome, issues: [] };
  const parsed = parseValidParts(section, root, outcome.issues);
  return { issues: outcome.issues, ...(parsed && { parsed }) };
}

/** @param converted - converted values of references whose keys are not text */
function parseSection(
  section: ConfigSection<unknown>,
  root: MappingNode,
  converted: Replacements = new Map(),
): ParseResult {
  const node = root.entries.get(section.key)?.node ?? { ...root, entries: new Map() };
  const result = section.schema.safeParse(toPlainValue(node, converted), { error: describeExpectation });
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  const more = new Map([...converted, ...coerceReferences(flattenIssues(issues, [section.key]), root)]);
  if (more.size > converted.size) return parseSection(section, root, more);
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

/** Finds the nodes of an issue: the unknown keys, the invalid value, or the mapping that lacks a key. */
function findInvalidNodes(root: MappingNode, { issue, path }: LocatedIssue): ConfigNode[] {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return paths.flatMap((wrong) => locateNode(root, wrong).deepestNode);
}
