/** One command of a script, as far as the scripts of the documentation go: no pipes, no loops. */
export interface Command {
  readonly name: string;
  readonly args: readonly string[];
  /** What stands behind `#` on its line. */
  readonly comment: string;
}

const TOKEN = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g;
const ASSIGNMENT = /^[A-Z_]+=/;

/** The commands of a script, in their order. */
export function commandsOf(script: string): readonly Command[] {
  const lines = script.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const tokens = [...line.matchAll(TOKEN)];
    const end = tokens.find(([token]) => token.startsWith('#'))?.index ?? line.length;
    const comment = line.slice(end).replace(/^#\s*/, '');
    const words = tokens.filter(({ index }) => index < end).map(([token]) => token.replaceAll(/['"]((?:.)*)['"]/g, '$1'));
    return commandsIn(words).map(([name = '', ...args]) => ({ name, args, comment }));
  });
}

function commandsIn(words: readonly string[]): string[][] {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === '&&') commands.push([]);
    else if (commands.at(-1)?.length !== 0 || !ASSIGNMENT.test(word)) commands.at(-1)?.push(word);
  }
  return commands.filter(({ length }) => length > 0).map(withoutRedirection);
}

function withoutRedirection(words: string[]): string[] {
  const redirection = words.indexOf('>');
  return redirection < 0 ? words : words.slice(0, redirection);
}

/** What a `curl` asks for: `-i` and `-s` change what is shown, not what is sent. */
export function requestOf({ args }: Command): { readonly url: URL; readonly init: RequestInit } {
  const headers: Record<string, string> = {};
  let method: string | undefined;
  let body: string | undefined;
  let target = '';
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const next = args[index + 1] ?? '';
    if (arg === '-X') method = next;
    else if (arg === '-d') body = next;
    else if (arg === '-H') Object.assign(headers, headerOf(next));
    else if (/^-[is]+$/.test(arg)) continue;
    else if (arg.startsWith('-')) throw new Error(`curl ${arg} is not known here`);
    else {
      target = arg;
      continue;
    }
    index += 1;
  }
  const init = { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, ...(body !== undefined && { body }) };
  return { url: new URL(/^https?:/.test(target) ? target : `http://${target}`), init };
}

function headerOf(line: string): Record<string, string> {
  const [name = '', ...value] = line.split(':');
  return { [name]: value.join(':').trim() };
}
