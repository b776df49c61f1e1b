import type { Finding } from '../problems/finding';
import type { ConfigSection } from '../schema/config-section';
import type { ConfigTree } from '../source/config-tree';
import { locateNode } from '../source/config-node';
import type { LocatedIssue } from './issues';
import { IssueFormatter } from './issue-formatter';
import { type ParsedSection, validateSection } from './validate-section';

export interface ValidatedTree {
  /** The valid part of each section; sections without a valid part are absent. */
  readonly values: ReadonlyMap<ConfigSection<unknown>, ParsedSection>;
  readonly findings: readonly Finding[];
}

/** Validates a tree by the schemas of its sections. */
export function validateTree(
  tree: ConfigTree,
  sections: readonly ConfigSection<unknown>[],
  formatter: IssueFormatter,
): ValidatedTree {
  const values = new Map<ConfigSection<unknown>, ParsedSection>();
  const findings = findUnknownSections(tree, sections).map((key) => formatter.formatUnknownKey([key]));
  for (const section of tree.files.length > 0 ? sections : []) {
    const { parsed, issues } = validateSection(section, tree.root);
    if (parsed) values.set(section, parsed);
    findings.push(...issues.filter((issue) => isCertain(issue, tree)).flatMap((issue) => formatter.format(issue)));
  }
  return { values, findings };
}

function findUnknownSections({ root }: ConfigTree, sections: readonly ConfigSection<unknown>[]): string[] {
  const known = new Set(sections.map(({ key }) => key));
  return [...root.entries.keys()].filter((key) => !known.has(key));
}

/** A missing key may be in a file that could not be read. */
function isCertain({ path }: LocatedIssue, { root, isComplete }: ConfigTree): boolean {
  return isComplete || path.length > 2 || locateNode(root, path).node !== undefined;
}
