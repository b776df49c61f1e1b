import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Finding } from '../problems/finding';
import { describeReadError, readTextFile } from './text-file';
import type { MappingNode } from './config-node';
import { type YamlFile, parseYamlFile } from './yaml-file';

/** Excludes hidden files, where editors keep locks and copies. */
const YAML_FILE_NAME = /^[^.].*\.ya?ml$/;

interface ConfigDirectory {
  /** The files of the directory, sorted, relative to the project root. */
  readonly files: readonly string[];
  /** The sections of each readable file. */
  readonly roots: readonly MappingNode[];
  readonly findings: readonly Finding[];
}

/** Reads every `*.yaml` and `*.yml` of a directory, without subdirectories, ordered by name. */
export function readConfigDirectory(directory: string, root: string): ConfigDirectory {
  const names = listYamlFiles(directory);
  if (!Array.isArray(names)) return createFailedDirectory(directory, root, `expected a directory, but ${names.reason}`);
  if (names.length === 0) return createFailedDirectory(directory, root, 'expected at least one *.yaml file, got none');

  const files = names.map((name) => toRelativePath(root, join(directory, name)));
  const read = names.map((name, index) => readYamlFile(join(directory, name), files[index] ?? name));
  return {
    files,
    roots: read.flatMap((file) => file.root ?? []),
    findings: read.flatMap((file) => file.findings),
  };
}

function listYamlFiles(directory: string): string[] | { readonly reason: string } {
  try {
    return readdirSync(directory)
      .filter((name) => YAML_FILE_NAME.test(name))
      .sort();
  } catch (error) {
    return { reason: describeReadError(error) };
  }
}

function readYamlFile(path: string, file: string): YamlFile {
  const content = readTextFile(path);
  if ('text' in content) return parseYamlFile(file, content.text);
  const position = { file, line: 1, column: 1 };
  return {
    root: undefined,
    findings: [{ path: [], position, message: `expected a YAML file, but ${content.reason}` }],
  };
}

function createFailedDirectory(directory: string, root: string, message: string): ConfigDirectory {
  const position = { file: toRelativePath(root, directory), line: 1, column: 1 };
  return { files: [], roots: [], findings: [{ path: [], position, message }] };
}

function toRelativePath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/') || '.';
}
