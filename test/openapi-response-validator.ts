import { get } from 'node:http';
import { ErrorCatalogue, toFlatCode } from '@trunkline/failures';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** What came, as far as a description can be wrong about it. */
interface ReceivedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface ResponseObject {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

type Responses = Readonly<Record<string, ResponseObject>>;

interface Document {
  readonly paths: Readonly<Record<string, unknown>>;
}

/** The codes that are the bus's own, in all formats: where one comes, the description has to name it. */
const BUS_ERROR_CODES = new Set(new ErrorCatalogue().list().flatMap(({ code }) => [code, toFlatCode(code)]));
const VALIDATORS = new Map<string, OpenApiResponseValidator>();

/** From now on every answer of this bus that `ask` gets is held against the description it serves, unless it serves none. */
export async function registerOpenApiDocument(url: string): Promise<void> {
  // `ask` does not trust the certificates of tests, so that it gets no answers of such a bus.
  if (url.startsWith('https:')) return;
  const document = await fetchDocument(`${url}/openapi.json`);
  if (document !== undefined) VALIDATORS.set(url, new OpenApiResponseValidator(JSON.parse(document) as Document));
}

/** @throws {Error} when a bus has answered what its description does not have */
export function assertResponseDocumented(url: string, method: string, came: ReceivedResponse): void {
  const { origin, pathname } = new URL(url);
  const problem = VALIDATORS.get(origin)?.findProblem(method, pathname, came);
  if (problem !== undefined) {
    throw new Error(
      `${method} ${pathname} answered what /openapi.json does not have: ${problem}\n${came.status} ${came.text.slice(0, 1_000)}`,
    );
  }
}

/** On a connection of its own, so that no test finds one that it has not opened. */
function fetchDocument(url: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { connection: 'close' } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(response.statusCode === 200 ? text : undefined));
    }).on('error', reject);
  });
}

/** The answers that one description has. */
class OpenApiResponseValidator {
  readonly #paths: readonly (readonly [pattern: RegExp, path: string])[];
  readonly #ajv: Ajv2020;

  constructor(private readonly document: Document) {
    this.#ajv = new Ajv2020({ strict: false, validateFormats: true, logger: false, allErrors: true });
    addFormats(this.#ajv);
    this.#ajv.addSchema(document, 'document', undefined, false);
    this.#paths = Object.keys(document.paths)
      // A path without placeholders comes first, as it does for the router.
      .toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
      .map((path) => [createPathPattern(path), path]);
  }

  findProblem(method: string, pathname: string, came: ReceivedResponse): string | undefined {
    const operation = this.#findOperation(method === 'HEAD' ? 'GET' : method, pathname);
    const responses = this.#resolvePath([...operation, 'responses']) as Responses | undefined;
    if (!responses) return undefined;
    const status = [String(came.status), `${String(came.status)[0]}XX`, 'default'].find((key) => key in responses);
    if (status === undefined) return `no status ${came.status}, but ${Object.keys(responses).join(', ')}`;
    // A HEAD has no body by nature, a success may have none.
    if (method === 'HEAD' || (came.text === '' && came.status < 400)) return undefined;
    return this.#findContentProblem(resolveReference(responses[status], [...operation, 'responses', status]), came);
  }

  /** Where the operation of a request stands; nowhere, for a path that is not described. */
  #findOperation(method: string, pathname: string): readonly string[] {
    const path = this.#paths.find(([pattern]) => pattern.test(pathname))?.[1];
    return ['paths', path ?? 'none', method.toLowerCase()];
  }

  #findContentProblem(at: readonly string[], came: ReceivedResponse): string | undefined {
    const { content = {} } = this.#resolvePath(at) as ResponseObject;
    const mediaType = came.headers.get('content-type')?.split(';')[0] ?? '';
    const key = [mediaType, '*/*'].find((type) => type in content);
    if (key === undefined) return `for ${at.join(' ')} no ${mediaType}, but ${Object.keys(content).join(', ')}`;
    const isChecked = mediaType.includes('json') && content[key]?.schema !== undefined;
    return isChecked ? this.#findBodyProblem([...at, 'content', key, 'schema'], came) : undefined;
  }

  #findBodyProblem(at: readonly string[], { status, text }: ReceivedResponse): string | undefined {
    const body: unknown = JSON.parse(text);
    const pointer = at.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.#ajv.getSchema(`document#/${pointer}`);
    if (!validate) return `no schema at ${pointer}`;
    if (validate(body) !== true) return `it does not fit ${at.join(' ')}: ${this.#ajv.errorsText(validate.errors)}`;
    const code = status >= 400 ? findErrorCode(body) : undefined;
    const isNamed =
      code === undefined || !BUS_ERROR_CODES.has(code) || JSON.stringify(this.#resolvePath(at)).includes(`"${code}"`);
    return isNamed ? undefined : `${at.join(' ')} does not name the code ${code}`;
  }

  #resolvePath(steps: readonly string[]): unknown {
    return steps.reduce<unknown>(
      (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
      this.document,
    );
  }
}

/** Where an answer stands: among those that are shared, or with its operation. */
function resolveReference(described: ResponseObject | undefined, inOperation: readonly string[]): readonly string[] {
  const name = described?.$ref?.split('/').at(-1);
  return name === undefined ? inOperation : ['components', 'responses', name];
}

function createPathPattern(path: string): RegExp {
  const parts = path.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** The code in an error body, whatever its format. */
function findErrorCode(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, error } = body as { readonly code?: unknown; readonly error?: unknown };
  const found = code ?? (typeof error === 'object' && error !== null && 'code' in error ? error.code : error);
  return typeof found === 'string' ? found : undefined;
}
