import { type Document, LineCounter, type YAMLError, parseDocument } from 'yaml';
import type { Finding } from '../problems/finding';
import { maskReferences, findInvalidCharacter, unmaskReferences } from './mask-references';
import type { MappingNode } from './config-node';
import { YamlTreeBuilder } from './yaml-tree-builder';

export interface YamlFile {
  /** The sections of the file; `undefined` if it could not be parsed. */
  readonly root: MappingNode | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Parses the text of a file as YAML 1.2 with its core schema: `off`, `no` and `yes` are texts. Rejects a second document, custom tags,
 * merge keys, and keys that are not plain text.
 */
export function parseYamlFile(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const findingAt = (offset: number, message: string): Finding => {
    const { line, col } = lines.linePos(offset);
    return { path: [], position: { file, line: Math.max(line, 1), column: Math.max(col, 1) }, message };
  };

  const document = parseDocument(maskReferences(text), {
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // a duplicate key is reported with both positions, within a file as between files
    prettyErrors: false,
    lineCounter: lines,
  });
  const nonText = findInvalidCharacter(text);
  if (nonText >= 0) return createUnreadableFile([findingAt(nonText, 'expected text, got a control character')]);
  const findings = dropFollowUpErrors(collectSyntaxErrors(document)).map((error) =>
    findingAt(error.pos[0], describeSyntaxError(error)),
  );
  if (findings.length > 0) return createUnreadableFile(keepFirstPerLine(findings));
  const tree = new YamlTreeBuilder(file, lines);
  return { root: tree.build(document.contents), findings: tree.findings };
}

type YamlSyntaxError = Pick<YAMLError, 'code' | 'message' | 'pos'>;

function createUnreadableFile(findings: readonly Finding[]): YamlFile {
  return { root: undefined, findings };
}

function collectSyntaxErrors(document: Document.Parsed): readonly YamlSyntaxError[] {
  const { yaml } = document.directives;
  if (yaml.explicit && yaml.version !== '1.2') {
    return [{ code: 'BAD_DIRECTIVE', message: `the file declares YAML ${yaml.version}, expected 1.2`, pos: [0, 0] }];
  }
  return [...document.errors, ...document.warnings];
}

/** Describes an error of the parser, without the part of the file that the parser quotes, which could be a secret. */
function describeSyntaxError({ code, message }: YamlSyntaxError): string {
  if (code === 'MULTIPLE_DOCS') return 'expected one YAML document, got a second one';
  if (code === 'RESOURCE_EXHAUSTION') return 'the file is nested too deeply';
  if (code === 'NON_STRING_KEY') return 'expected text as a key';
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return 'not valid YAML: a second `: ` in a line; put a text that has one in quotes';
  if (isUnquotedFlowStart(message))
    return "not valid YAML: between braces or brackets, a text that has a { or [ in it must be in quotes, such as path: '/users/{id}'";
  const [statement = message] = unmaskReferences(message).split(': "');
  return `not valid YAML: ${statement}`;
}

/** Recognizes `{ path: /users/{id} }`, where the plain text ends before its brace. */
function isUnquotedFlowStart(message: string): boolean {
  return /^Unexpected flow-(?:map|seq)-start at node end/.test(message);
}

/** After that mistake the parser has lost the structure, and its further errors are misleading. */
function dropFollowUpErrors(errors: readonly YamlSyntaxError[]): readonly YamlSyntaxError[] {
  if (!errors.some(({ message }) => isUnquotedFlowStart(message))) return errors;
  return errors.filter(({ message }) => isUnquotedFlowStart(message));
}

/** One mistake causes several errors in a line; the first is at the mistake. */
function keepFirstPerLine(findings: readonly Finding[]): Finding[] {
  const byLine = new Map<number, Finding>();
  for (const finding of findings) {
    if (!byLine.has(finding.position.line)) byLine.set(finding.position.line, finding);
  }
  return [...byLine.values()];
}
