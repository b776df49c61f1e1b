import { parseArgs } from 'node:util';

/** A command of a script in the documentation, without pipes and loops. */
export interface ShellCommand {
  readonly name: string;
  readonly args: readonly string[];
  /** The text after `#` on its line. */
  readonly comment: string;
}

const TOKEN = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g;
const ASSIGNMENT = /^[A-Z_]+=/;

/** Parses the commands of a script, in order. */
export function parseCommands(script: string): readonly ShellCommand[] {
  const lines = script.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const tokens = [...line.matchAll(TOKEN)];
    const end = tokens.find(([token]) => token.startsWith('#'))?.index ?? line.length;
    const comment = line.slice(end).replace(/^#\s*/, '');
    const words = tokens
      .filter(({ index }) => index < end)
      .map(([token]) => token.replaceAll(/['"]((?:.)*)['"]/g, '$1'));
    return splitCommands(words).map(([name = '', ...args]) => ({ name, args, comment }));
  });
}

function splitCommands(words: readonly string[]): string[][] {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === '&&') commands.push([]);
    else if (commands.at(-1)?.length !== 0 || !ASSIGNMENT.test(word)) commands.at(-1)?.push(word);
  }
  return commands.filter(({ length }) => length > 0).map(removeRedirection);
}

function removeRedirection(words: string[]): string[] {
  const redirection = words.indexOf('>');
  return redirection < 0 ? words : words.slice(0, redirection);
}

/** Parses the request of a `curl` command. `-i` and `-s` only change the output. */
export function parseCurl({ args }: ShellCommand): { readonly url: URL; readonly init: RequestInit } {
  const { values, positionals } = parseArgs({ args: [...args], options: CURL_OPTIONS, allowPositionals: true });
  const { request, header = [], data } = values;
  const [target = ''] = positionals;
  const init = {
    method: request ?? (data === undefined ? 'GET' : 'POST'),
    headers: Object.fromEntries(header.map(parseHeader)),
    ...(data !== undefined && { body: data }),
  };
  return { url: new URL(target.startsWith('http') ? target : `http://${target}`), init };
}

const CURL_OPTIONS = {
  request: { type: 'string', short: 'X' },
  data: { type: 'string', short: 'd' },
  header: { type: 'string', short: 'H', multiple: true },
  include: { type: 'boolean', short: 'i' },
  silent: { type: 'boolean', short: 's' },
} as const;

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
