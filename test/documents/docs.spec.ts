import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { readConfig } from '@trunkline/config';
import { ErrorCatalogue } from '@trunkline/failures';
import { Bus } from 'trunkline';
import { SECTIONS } from '../../libs/bus/src/config/bus-config';
import { createProgram } from '../../libs/bus/src/commands/program';
import { LOCALHOST_CERTIFICATE } from '@trunkline/testing';
import { sendRequest } from '../send-request';
import { type ExampleBus, startExampleBus } from '../example/example-bus';
import { type CodeBlock, MarkdownPage } from './markdown-page';
import { type ShellCommand, parseCommands, parseCurl } from './shell';

const ROOT = join(__dirname, '..', '..');
const WORK = join(ROOT, '.trunkline', `docs-${process.pid}`);
const TSC = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
const NAMES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
];
const PAGES = NAMES.map((name) => [name, new MarkdownPage(join(ROOT, name))] as const);
const EXAMPLE_PORT = '11223';
/** The strictness of the bus itself. */
const STRICT = 'tsconfig.strict.json';
/** The project that a reader has after the first steps. */
const FIRST_TSCONFIG =
  new MarkdownPage(join(ROOT, 'docs', 'first-steps.md')).blocks.find(({ file }) => file === 'tsconfig.json')?.text ??
  '';

const isCurl = ({ name }: ShellCommand) => name === 'curl';
const hasCurls = ({ text }: CodeBlock) => parseCommands(text).some(isCurl);

const CURL_PAGES = PAGES.filter(([, page]) => page.findBlocks('sh').some(hasCurls));
/** The pages that describe a separate project, and start it. */
const PROJECT_PAGES = CURL_PAGES.filter(([, page]) => page.blocks.some(({ file }) => file === 'config/bus.yaml'));

/** Output of the compiler for the TypeScript of all pages; empty without errors. */
let compilerSays: string;
let example: ExampleBus;
/** The buses of separate projects, by page. */
const ownBuses = new Map<string, Bus>();

beforeAll(async () => {
  [compilerSays, example] = await Promise.all([compilePages(), startExampleBus()]);
  await Promise.all(PROJECT_PAGES.map(async ([name]) => ownBuses.set(name, await startOwn(name))));
}, 60_000);

afterAll(async () => {
  await Promise.all([example.stop(), ...[...ownBuses.values()].map((bus) => bus.stop())]);
  rmSync(WORK, { recursive: true, force: true });
});

/** The folder of the separate project of a page. */
function getProjectFolder(name: string): string {
  return join(WORK, name.replaceAll(/[/.]/g, '-'));
}

function save(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Writes the blocks of a page to their files, and the rest of its TypeScript beside them. */
function saveFiles([name, page]: (typeof PAGES)[number]): void {
  const folder = getProjectFolder(name);
  for (const { language, number, file, text } of page.blocks) {
    if (file !== undefined) save(join(folder, file), text);
    else if (language === 'ts') save(join(folder, 'snippets', `${number}.ts`), text);
  }
}

/** Compiles all pages in one build, since their common imports take most of the time. */
async function compilePages(): Promise<string> {
  const strict = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: { composite: false, noEmit: true, paths: {} },
    include: ['**/*.ts'],
    exclude: ['dist'],
  };
  const paths = PAGES.flatMap((named) => {
    saveFiles(named);
    return listProjects(named).map((file) => join(getProjectFolder(named[0]), file));
  });
  for (const path of paths) {
    if (basename(path) === STRICT) save(path, JSON.stringify(strict));
    else if (!existsSync(path)) save(path, FIRST_TSCONFIG);
  }
  save(join(WORK, 'tsconfig.json'), JSON.stringify({ files: [], references: paths.map((path) => ({ path })) }));
  const failed = (error: { stdout: string; stderr: string }) => error;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [TSC, '-b', WORK]).catch(failed);
  return stdout + stderr;
}

/** The projects of a page: one as strict as the bus itself, and that of a reader. */
function listProjects([name, page]: (typeof PAGES)[number]): string[] {
  const typescript = page.findBlocks('ts');
  if (typescript.length === 0) return [];
  const isStarted = PROJECT_PAGES.some(([each]) => each === name);
  const isBuilt = isStarted && typescript.some(({ file }) => file !== undefined);
  return isBuilt ? [STRICT, 'tsconfig.json'] : [STRICT];
}

async function startOwn(name: string): Promise<Bus> {
  const bus = await Bus.create({
    config: join(getProjectFolder(name), 'config'),
    port: 0,
    logDestination: new PassThrough().resume(),
  });
  await bus.listen();
  return bus;
}

describe.each(PAGES)('%s', (_name, page) => {
  it('has no code in a language that is not checked here', () => {
    const languages = new Set(page.blocks.map(({ language }) => language));

    expect(['ts', 'js', 'yaml', 'sh', 'json', 'text']).toEqual(expect.arrayContaining([...languages]));
    expect(page.prose).not.toMatch(/```|~~~|\n\n {4}\S/);
  });

  it('has JavaScript only as services of a project that is started here', () => {
    const isStarted =
      page.findBlocks('sh').some(hasCurls) && page.blocks.some(({ file }) => file === 'config/bus.yaml');

    for (const { file } of page.findBlocks('js'))
      expect([isStarted, file]).toEqual([true, expect.stringMatching(/\.service\.js$/)]);
  });
});

describe('the TypeScript of the pages', () => {
  it('compiles, as strictly as the bus itself', () => {
    expect(compilerSays).toBe('');
  });
});

describe.each(PAGES.filter(([, page]) => page.findBlocks('json').length > 0))('the JSON of %s', (_name, page) => {
  it.each(page.findBlocks('json'))('is JSON: block $number', ({ text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe.each(PAGES.filter(([, page]) => page.findBlocks('yaml').length > 0))('the YAML of %s', (name, page) => {
  it.each(page.findBlocks('yaml'))('is a configuration: block $number', ({ number, text }) => {
    const root = join(getProjectFolder(name), 'yaml', String(number));
    save(join(root, 'config', 'block.yaml'), text.replaceAll('${file:/', '${file:'));
    for (const [, path = ''] of text.matchAll(/\$\{file:([^}]*)\}/g))
      save(
        join(root, path),
        path.endsWith('.pem') ? LOCALHOST_CERTIFICATE.cert + LOCALHOST_CERTIFICATE.key : 'a-value',
      );
    const variables = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, variable = '']) => [
      variable,
      { URL: 'http://127.0.0.1:1', PORT: '8080' }[variable.split('_').at(-1) ?? ''] ?? 'a-value',
    ]);

    const { problems } = readConfig({
      directory: join(root, 'config'),
      sections: SECTIONS,
      env: Object.fromEntries(variables),
    });

    expect(problems).toEqual([]);
  });
});

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Finds the problem of the arguments of a program that pages may use; `undefined` without one. */
const PROGRAMS: Readonly<Record<string, (args: readonly string[]) => string | undefined>> = {
  trunkline: problemOfTrunkline,
  jest: ([path = '']) => (filesAt(path) ? undefined : `no specs at ${path}`),
  tsc: () => undefined,
  npm: ([command = '', script = '']) => {
    if (command === 'run') return scripts[script] === undefined ? `no script ${script}` : undefined;
    return /^(?:ci|install|start|test)$/.test(command) ? undefined : `npm ${command} is not known here`;
  },
  curl: () => undefined,
  cd: () => undefined,
  mkdir: () => undefined,
};

function findProblem({ name, args }: ShellCommand): string | undefined {
  const [called = '', ...rest] = name === 'npx' ? args : [name, ...args];
  return PROGRAMS[called] ? PROGRAMS[called](rest) : `${called} is not known here`;
}

function filesAt(path: string): boolean {
  return readdirSync(join(ROOT, dirname(path))).some((file) => join(dirname(path), file).startsWith(path));
}

function problemOfTrunkline([name = '', ...args]: readonly string[]): string | undefined {
  const trunkline = createProgram('0');
  const command = trunkline.commands.find((each) => each.name() === name);
  if (!command) return `trunkline has no command ${name}`;
  const below = command.commands.find((each) => each.name() === args[0]);
  if (command.commands.length > 0 && !below) return `${name} has no command ${args[0] ?? ''}`;
  const known = [...(below?.options ?? []), ...command.options, ...trunkline.options].map(({ long }) => long);
  const unknown = args.find((arg) => arg.startsWith('--') && !known.includes(arg));
  return unknown && `${name} has no option ${unknown}`;
}

describe.each(PAGES.filter(([, page]) => page.findBlocks('sh').length > 0))('the commands of %s', (_name, page) => {
  it('exist', () => {
    const commands = page.findBlocks('sh').flatMap(({ text }) => parseCommands(text));

    expect(commands.flatMap((command) => findProblem(command) ?? [])).toEqual([]);
  });
});

describe.each(CURL_PAGES)('the curls of %s', (name, page) => {
  beforeAll(() => example.reset());

  /** Resolves an address of the page: the example, a system behind it, or the project that the page describes. */
  function findAddress(port: string): string | undefined {
    if (port === EXAMPLE_PORT) return example.url;
    return (
      Object.values(example.systems).find((system) => String(system.port) === port)?.url ?? ownBuses.get(name)?.url
    );
  }

  it('get the responses that the page shows', async () => {
    for (const [index, { language, text }] of page.blocks.entries()) {
      let answered = '';
      for (const command of language === 'sh' ? parseCommands(text).filter(isCurl) : []) {
        const { url, init } = parseCurl(command);
        const response = await sendRequest(`${findAddress(url.port)}${url.pathname}${url.search}`, init);
        const [expected = '200'] = /^\d{3}/.exec(command.comment) ?? [];
        expect([String(url), response.status]).toEqual([String(url), Number(expected)]);
        answered = response.text;
      }
      const shown = page.blocks[index + 1];
      if (answered !== '' && shown?.language === 'json') expect(comparable(answered)).toEqual(comparable(shown.text));
    }
  }, 60_000);
});

/** JSON with all ids and times replaced. */
function comparable(text: string): unknown {
  return JSON.parse(text.replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, 'id').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'));
}

describe.each(PAGES.filter(([, page]) => page.links.length > 0))('the links of %s', (name, page) => {
  it.each(page.links)('exist: $path $anchor', ({ path, anchor }) => {
    const target = path === '' ? join(ROOT, name) : join(ROOT, dirname(name), path);

    expect(existsSync(target)).toBe(true);
    if (anchor !== undefined) expect(new MarkdownPage(target).anchors).toContain(anchor);
  });
});

describe('README.md', () => {
  it('links every page', () => {
    const linked = new Set(new MarkdownPage(join(ROOT, 'README.md')).links.map(({ path }) => path));

    expect(NAMES.filter((name) => name !== 'README.md' && !linked.has(name))).toEqual([]);
  });
});

/** A path in this repository. One with `<` or `*` in it is a pattern. */
const REPOSITORY_PATH =
  /(?<![\w./-])(?:apps|bench|config|docs|findings|libs|replacements|test|tools)\/[\w./*<-]*[\w*<]\/?/g;

function listPaths(page: MarkdownPage): readonly string[] {
  const code = [...page.prose.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  const diagrams = page.findBlocks('text').map(({ text }) => text);
  const paths = [...code, ...diagrams].flatMap((text) => text.match(REPOSITORY_PATH) ?? []);
  return paths.filter((path) => !/[*<]/.test(path));
}

describe.each(PAGES.filter(([, page]) => listPaths(page).length > 0))('the paths of %s', (_name, page) => {
  it('exist in the repository', () => {
    expect(listPaths(page).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('the diagram of a request', () => {
  it('has the features of channels in their order', () => {
    const source = readFileSync(join(ROOT, 'libs/channels/src/features.ts'), 'utf8');
    const [, list = ''] = /= \[([^\]]*)\] as const/.exec(source) ?? [];
    const names = [...list.matchAll(/^ +(\w+),/gm)].map(([, name = '']) =>
      name.replaceAll(/[A-Z]/g, '-$&').toLowerCase(),
    );
    const diagram = new MarkdownPage(join(ROOT, 'docs', 'life-of-a-request.md')).findBlocks('text')[0]?.text ?? '';

    const documented = [...diagram.matchAll(/libs\/channels\/src\/features\/([\w-]+)\//g)].map(([, name]) => name);
    expect(documented).toEqual(names);
  });
});

describe('the table of the shutdown', () => {
  it('has the steps of the list in their order', () => {
    const source = readFileSync(join(ROOT, 'libs/bus/src/lifecycle/shutdown.ts'), 'utf8');
    const { prose } = new MarkdownPage(join(ROOT, 'docs', 'life-of-a-request.md'));
    const section = prose.slice(prose.indexOf('## Shutdown'));

    const documented = [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, step]) => step);
    expect(documented).toEqual([...source.matchAll(/\bname: '([^']+)'/g)].map(([, step]) => step));
  });
});

describe('the table of failures', () => {
  const rows = new MarkdownPage(join(ROOT, 'docs', 'failures.md')).prose.matchAll(
    /^\| `([\w.]+)` +\| (\d{3}) +\| `([A-Z_]+)` +\|/gm,
  );

  it.each([...rows].map(([, kind, status, code]) => ({ kind, status: Number(status), code })))(
    'is right about $code',
    ({ kind, status, code }) => {
      expect(new ErrorCatalogue().list()).toContainEqual(expect.objectContaining({ kind, status, code }));
    },
  );
});

describe('the table of rooms', () => {
  it('has every room there is', () => {
    const rows = new MarkdownPage(join(ROOT, 'CONTRIBUTING.md')).prose.matchAll(/^\| [\d–] +\| `libs\/([\w-]+)` /gm);

    expect([...rows].map(([, room]) => room).toSorted()).toEqual(readdirSync(join(ROOT, 'libs')).toSorted());
  });
});
