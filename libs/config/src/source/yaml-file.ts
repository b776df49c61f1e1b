import { type Document, LineCounter, type YAMLError, parseDocument } from 'yaml';
import type { Finding } from '../finding';
import { coverReferences, findNonText, uncoverReferences } from './reference-mask';
import type { MappingNode } from './tree';
import { YamlTree } from './yaml-tree';

export interface YamlFile {
  /** The sections of the file; `undefined` when it could not be read. */
  readonly root: MappingNode | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads the text of one file as YAML 1.2 with its core schema: `off`, `no` and `yes` are texts. One document per file;
 * tags that YAML does not know, merge keys, and keys that are not plain text are refused.
 */
export function parseYamlFile(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const findingAt = (offset: number, message: string): Finding => {
    const { line, col } = lines.linePos(offset);
    return { path: [], position: { file, line: Math.max(line, 1), column: Math.max(col, 1) }, message };
  };

  const document = parseDocument(coverReferences(text), {
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // a key given twice is reported with both places, within a file as between files
    prettyErrors: false,
    lineCounter: lines,
  });
  const nonText = findNonText(text);
  if (nonText >= 0) return unreadable([findingAt(nonText, 'expected text, got a control character')]);
  const findings = withoutConsequences(syntaxErrors(document)).map((error) => findingAt(error.pos[0], explain(error)));
  if (findings.length > 0) return unreadable(oncePerLine(findings));
  const tree = new YamlTree(file, lines);
  return { root: tree.read(document.contents), findings: tree.findings };
}

type SyntaxError = Pick<YAMLError, 'code' | 'message' | 'pos'>;

function unreadable(findings: readonly Finding[]): YamlFile {
  return { root: undefined, findings };
}

function syntaxErrors(document: Document.Parsed): readonly SyntaxError[] {
  const { yaml } = document.directives;
  if (yaml.explicit && yaml.version !== '1.2') {
    return [{ code: 'BAD_DIRECTIVE', message: `it is YAML ${yaml.version}, expected 1.2`, pos: [0, 0] }];
  }
  return [...document.errors, ...document.warnings];
}

/** What the parser says, without the piece of the file that it may quote: that could be a secret. */
function explain({ code, message }: SyntaxError): string {
  if (code === 'MULTIPLE_DOCS') return 'expected one YAML document, got a second one';
  if (code === 'RESOURCE_EXHAUSTION') return 'the file is nested too deeply';
  if (code === 'NON_STRING_KEY') return 'expected text as a key';
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return 'not valid YAML: a second `: ` in a line; put a text that has one in quotes';
  if (isOpenedInText(message))
    return "not valid YAML: between braces or brackets, a text that has a { or [ in it must be in quotes, such as path: '/users/{id}'";
  const [statement = message] = uncoverReferences(message).split(': "');
  return `not valid YAML: ${statement}`;
}

/** `{ path: /users/{id} }`: the plain text ends before its brace. */
function isOpenedInText(message: string): boolean {
  return /^Unexpected flow-(?:map|seq)-start at node end/.test(message);
}

/** After that slip the parser is out of the structure, and stumbles over all that follows. */
function withoutConsequences(errors: readonly SyntaxError[]): readonly SyntaxError[] {
  if (!errors.some(({ message }) => isOpenedInText(message))) return errors;
  return errors.filter(({ message }) => isOpenedInText(message));
}

/** One slip makes the parser stumble several times in a line; the first stumble is at the slip. */
function oncePerLine(findings: readonly Finding[]): Finding[] {
  const byLine = new Map<number, Finding>();
  for (const finding of findings) {
    if (!byLine.has(finding.position.line)) byLine.set(finding.position.line, finding);
  }
  return [...byLine.values()];
}
