import { get } from 'node:http';
import { ErrorCatalogue, toFlatCode } from '@trunkline/failures';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** The parts of a response that a description covers. */
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

/** The built-in error codes, in all formats. The description of a response must name them. */
const BUS_ERROR_CODES = new Set(new ErrorCatalogue().list().flatMap(({ code }) => [code, toFlatCode(code)]));
const VALIDATORS = new Map<string, OpenApiResponseValidator>();

/** Registers the description that a bus serves, if it serves one: `sendRequest` validates all further responses of the bus by it. */
export async function registerOpenApiDocument(url: string): Promise<void> {
  // `sendRequest` does not trust the certificates of tests, so that it is not used for such a bus.
  if (url.startsWith('https:')) return;
  const document = await fetchDocument(`${url}/openapi.json`);
  if (document !== undefined) VALIDATORS.set(url, new OpenApiResponseValidator(JSON.parse(document) as Document));
}

/** @throws {Error} when the description of a bus does not cover a response */
export function assertResponseDocumented(url: string, method: string, response: ReceivedResponse): void {
  const { origin, pathname } = new URL(url);
  const problem = VALIDATORS.get(origin)?.findProblem(method, pathname, response);
  if (problem !== undefined) {
    throw new Error(
      `/openapi.json does not describe the response to ${method} ${pathname}: ${problem}\n${response.status} ${response.text.slice(0, 1_000)}`,
    );
  }
}

/** Uses a separate connection, so that tests see only connections that they have opened. */
function fetchDocument(url: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { connection: 'close' } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(response.statusCode === 200 ? text : undefined));
    }).on('error', reject);
  });
}

/** Validates responses by one description. */
class OpenApiResponseValidator {
  readonly #paths: readonly (readonly [pattern: RegExp, path: string])[];
  readonly #ajv: Ajv2020;

  constructor(private readonly document: Document) {
    this.#ajv = new Ajv2020({ strict: false, validateFormats: true, logger: false, allErrors: true });
    addFormats(this.#ajv);
    this.#ajv.addSchema(document, 'document', undefined, false);
    this.#paths = Object.keys(document.paths)
      // A path without placeholders takes precedence, as in the router.
      .toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
      .map((path) => [createPathPattern(path), path]);
  }

  findProblem(method: string, pathname: string, response: ReceivedResponse): string | undefined {
    const operation = this.#findOperation(method === 'HEAD' ? 'GET' : method, pathname);
    const responses = this.#resolvePath([...operation, 'responses']) as Responses | undefined;
    if (!responses) return undefined;
    const { status: received, text } = response;
    const status = [String(received), `${String(received)[0]}XX`, 'default'].find((key) => key in responses);
    if (status === undefined) return `no status ${received}, but ${Object.keys(responses).join(', ')}`;
    // A response to HEAD has no body, and a success may have none.
    if (method === 'HEAD' || (text === '' && received < 400)) return undefined;
    return this.#findContentProblem(resolveReference(responses[status], [...operation, 'responses', status]), response);
  }

  /** Finds the place of an operation in the document; a place that does not exist for an undescribed path. */
  #findOperation(method: string, pathname: string): readonly string[] {
    const path = this.#paths.find(([pattern]) => pattern.test(pathname))?.[1];
    return ['paths', path ?? 'none', method.toLowerCase()];
  }

  #findContentProblem(at: readonly string[], response: ReceivedResponse): string | undefined {
    const { content = {} } = this.#resolvePath(at) as ResponseObject;
    const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
    const key = [mediaType, '*/*'].find((type) => type in content);
    if (key === undefined) return `for ${at.join(' ')} no ${mediaType}, but ${Object.keys(content).join(', ')}`;
    const isChecked = /[/+]json$/.test(mediaType) && content[key]?.schema !== undefined;
    return isChecked ? this.#findBodyProblem([...at, 'content', key, 'schema'], response) : undefined;
  }

  #findBodyProblem(at: readonly string[], { status, text }: ReceivedResponse): string | undefined {
    const body: unknown = JSON.parse(text);
    const pointer = at.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.#ajv.getSchema(`document#/${pointer}`);
    if (!validate) return `no schema at ${pointer}`;
    if (validate(body) !== true) return `it does not match ${at.join(' ')}: ${this.#ajv.errorsText(validate.errors)}`;
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

/** Finds the place of a response in the document: in the shared responses, or in its operation. */
function resolveReference(described: ResponseObject | undefined, inOperation: readonly string[]): readonly string[] {
  const name = described?.$ref?.split('/').at(-1);
  return name === undefined ? inOperation : ['components', 'responses', name];
}

function createPathPattern(path: string): RegExp {
  const parts = path.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** Finds the code in an error body of any format. */
function findErrorCode(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, error } = body as { readonly code?: unknown; readonly error?: unknown };
  const found = code ?? (typeof error === 'object' && error !== null && 'code' in error ? error.code : error);
  return typeof found === 'string' ? found : undefined;
}
