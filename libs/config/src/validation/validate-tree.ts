import type { Finding } from '../finding';
import type { ConfigSection } from '../schema/section';
import type { ConfigTree } from '../source/config-tree';
import { locate } from '../source/tree';
import type { PlacedIssue } from './issues';
import { SectionFindings } from './section-findings';
import { type Parsed, validateSection } from './validate-section';

export interface ValidatedTree {
  /** Of a section that has problems, what is valid of it; nothing where nothing is. */
  readonly values: ReadonlyMap<ConfigSection<unknown>, Parsed>;
  readonly findings: readonly Finding[];
}

/** Holds a tree against the schemas of its sections. */
export function validateTree(
  tree: ConfigTree,
  sections: readonly ConfigSection<unknown>[],
  told: SectionFindings,
): ValidatedTree {
  const values = new Map<ConfigSection<unknown>, Parsed>();
  const findings = unknownSections(tree, sections).map((key) => told.unknownKey([key]));
  for (const section of tree.files.length > 0 ? sections : []) {
    const { parsed, issues } = validateSection(section, tree.root);
    if (parsed) values.set(section, parsed);
    findings.push(...issues.filter((issue) => isCertain(issue, tree)).flatMap((issue) => told.of(issue)));
  }
  return { values, findings };
}

function unknownSections({ root }: ConfigTree, sections: readonly ConfigSection<unknown>[]): string[] {
  const known = new Set(sections.map(({ key }) => key));
  return [...root.entries.keys()].filter((key) => !known.has(key));
}

/** A key that its section lacks may stand in a file that could not be read. */
function isCertain({ path }: PlacedIssue, { root, isComplete }: ConfigTree): boolean {
  return isComplete || path.length > 2 || locate(root, path).node !== undefined;
}
