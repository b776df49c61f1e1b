/** The answer to a request, as it is kept to be given again. */
export interface StoredResponse {
  readonly status: number;
  /** Lower-case names. Those of one exchange alone (date, framing, correlation id) are not among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined`: it had none. */
  readonly body: string | Uint8Array | undefined;
  /** `false`: the body could not be kept, so that only the outcome is known. */
  readonly isComplete: boolean;
}

/** Of JSON, what an answer is written as. */
interface StoredResponseJson {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly base64?: string;
  readonly isWhole: boolean;
}

/** An answer as text, for stores that are other programs. */
export function serializeStoredResponse({ status, headers, body, isComplete }: StoredResponse): string {
  const written: StoredResponseJson = {
    status,
    headers,
    isWhole: isComplete,
    ...(typeof body === 'string' && { text: body }),
    ...(body instanceof Uint8Array && { base64: Buffer.from(body).toString('base64') }),
  };
  return JSON.stringify(written);
}

/** The answer that {@link serializeStoredResponse} wrote. */
export function parseStoredResponse(text: string): StoredResponse {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes to where it comes from
  const { status, headers, isWhole: isComplete, ...written } = JSON.parse(text) as StoredResponseJson;
  const body = written.base64 === undefined ? written.text : Buffer.from(written.base64, 'base64');
  return { status, headers, isComplete, body };
}
