import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);
const ROOT = join(__dirname, '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const COMPILER = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

const COMPILER_OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  module: 'commonjs',
  moduleResolution: 'bundler',
  types: [],
  rootDir: '.',
  outDir: 'out',
  skipLibCheck: true,
};

/** The generators of clients: types for openapi-fetch, or a module of functions by \@hey-api/openapi-ts. */
export type ClientGenerator = 'openapi-typescript' | 'hey-api';

/** A program that uses a generated client. */
export interface ClientProgram {
  /** URL of the bus whose document the client is generated from. */
  readonly url: string;
  /** Imports the client from `./api`, finds the address of the bus in `URL_OF_BUS`, and prints its result as JSON. */
  readonly program: string;
}

/**
 * Generates clients from the documents that buses serve, compiles a program with each strictly, and runs it.
 *
 * @returns what each program has printed
 * @throws {Error} with the output of the compiler, when a program does not compile
 */
export async function runGeneratedClients(
  generator: ClientGenerator,
  programs: readonly ClientProgram[],
): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-clients-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "commonjs" }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const places = await Promise.all(
      programs.map((program, index) => generateClient(generator, join(folder, `client${index}`), program)),
    );
    await runTool(COMPILER, ['-p', '.'], folder);
    return await Promise.all(
      places.map((place, index) => runProgram(join(folder, 'out', basename(place)), programs[index]?.url)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function generateClient(
  generator: ClientGenerator,
  folder: string,
  { url, program }: ClientProgram,
): Promise<string> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'openapi.json'), await (await fetch(`${url}/openapi.json`)).text());
  writeFileSync(join(folder, 'program.ts'), `declare const process: { env: Record<string, string> };\n${program}`);
  const [command, args] = COMMANDS[generator];
  await runTool(join(BIN, command), args, folder);
  return folder;
}

const COMMANDS: Readonly<Record<ClientGenerator, readonly [command: string, args: readonly string[]]>> = {
  // By default it makes members with a default value mandatory.
  'openapi-typescript': ['openapi-typescript', ['openapi.json', '-o', 'api.ts', '--default-non-nullable', 'false']],
  'hey-api': ['openapi-ts', ['-i', 'openapi.json', '-o', 'api', '--no-log-file']],
};

async function runProgram(folder: string, url = ''): Promise<unknown> {
  const { stdout } = await execFileAsync(process.execPath, ['program.js'], {
    cwd: folder,
    env: { ...process.env, URL_OF_BUS: url },
  });
  return JSON.parse(stdout);
}

/** Compilers write errors to stdout, which the message of a failed process lacks. */
async function runTool(command: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await execFileAsync(command, args, { cwd });
  } catch (error) {
    const output = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`${command} failed: ${output}`, { cause: error });
  }
}
