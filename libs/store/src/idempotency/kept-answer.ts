/** The answer to a request, as it is kept to be given again. */
export interface KeptAnswer {
  readonly status: number;
  /** Lower-case names. Those of one exchange alone (date, framing, correlation id) are not among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined`: it had none. */
  readonly body: string | Uint8Array | undefined;
  /** `false`: the body could not be kept, so that only the outcome is known. */
  readonly isWhole: boolean;
}

/** Of JSON, what an answer is written as. */
interface Written {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly base64?: string;
  readonly isWhole: boolean;
}

/** An answer as text, for stores that are other programs. */
export function writeAnswer({ status, headers, body, isWhole }: KeptAnswer): string {
  const written: Written = {
    status,
    headers,
    isWhole,
    ...(typeof body === 'string' && { text: body }),
    ...(body instanceof Uint8Array && { base64: Buffer.from(body).toString('base64') }),
  };
  return JSON.stringify(written);
}

/** The answer that {@link writeAnswer} wrote. */
export function readAnswer(text: string): KeptAnswer {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes to where it comes from
  const { status, headers, isWhole, ...written } = JSON.parse(text) as Written;
  const body = written.base64 === undefined ? written.text : Buffer.from(written.base64, 'base64');
  return { status, headers, isWhole, body };
}
