import { BusService, ConflictError, NotFoundError, optional, PreconditionFailedError, Service } from 'trunkline';

interface Note {
  readonly version: number;
  readonly text: string;
}

/** The notes, by id. */
export const notes = new Map<string, Note>();
/** The date of the last change of every note. */
export const CHANGED = 'Sun, 06 Nov 1994 08:49:37 GMT';
/** A text that is compressed. */
export const LONG = 'all work and no play '.repeat(1_000);

/** A service that makes its tags itself. */
@BusService({ name: 'note.read', input: ['id'] })
class ReadNote extends Service<{ id: string }, Note> {
  handle() {
    const note = notes.get(this.request.input.id);
    if (!note) throw new NotFoundError('There is no such note');
    if (note.text === 'illegal') this.response.headers['etag'] = '7';
    else if (note.text !== 'untagged') this.response.headers['etag'] = `"${note.version}"`;
    this.response.headers['last-modified'] = CHANGED;
    this.response.headers['content-language'] = 'en';
    this.response.headers['cache-control'] = 'max-age=60';
    return note;
  }
}

/** A service whose tags are those of its payload. */
@BusService({ name: 'note.show', input: ['id'] })
class ShowNote extends Service<{ id: string }> {
  handle() {
    const note = notes.get(this.request.input.id);
    if (note?.text === 'bytes') {
      this.response.headers['content-type'] = 'application/octet-stream';
      return Buffer.from('bytes');
    }
    return note;
  }
}

@BusService({ name: 'note.write', input: ['id', 'text'] })
class WriteNote extends Service<{ id: string; text: string }, Note> {
  handle() {
    const { id, text: newText } = this.request.input;
    const before = notes.get(id);
    this.request.http?.preconditions.check(
      before && { etag: `"${before.version}"`, lastModified: new Date('1994-11-06T08:49:37.900Z') },
    );
    const note = { version: (before?.version ?? 0) + 1, text: newText };
    notes.set(id, note);
    this.response.statusCode = before ? 200 : 201;
    this.response.headers['etag'] = `"${note.version}"`;
    return note;
  }
}

@BusService({ name: 'note.amend', input: ['id', 'text'] })
class AmendNote extends Service<{ id: string; text: string }, Note> {
  handle() {
    const { id, text: newText } = this.request.input;
    const before = notes.get(id);
    this.request.http?.preconditions.check(before && { payload: before });
    if (newText === 'conflict') throw new ConflictError();
    const note = { version: (before?.version ?? 0) + 1, text: newText };
    notes.set(id, note);
    return note;
  }
}

@BusService({ name: 'note.delete', input: ['id'] })
class DeleteNote extends Service<{ id: string }> {
  handle() {
    const { ifMatch } = this.request.http?.preconditions ?? {};
    const { id } = this.request.input;
    const deleted = notes.get(id);
    if (Array.isArray(ifMatch) && !ifMatch.includes(`"${deleted?.version}"`))
      throw new PreconditionFailedError('The note has changed', { version: deleted?.version });
    notes.delete(id);
  }
}

@BusService({ name: 'conditions.show' })
class ShowConditions extends Service {
  handle() {
    const { preconditions } = this.request.http ?? {};
    return { json: preconditions, ifMatch: preconditions?.ifMatch, ifNoneMatch: preconditions?.ifNoneMatch };
  }
}

@BusService({ name: 'tags.wrong' })
class WrongTag extends Service {
  handle() {
    this.request.http?.preconditions.check({ etag: '7' });
  }
}

@BusService({ name: 'part.fail' })
class FailPart extends Service {
  handle(): never {
    throw new ConflictError();
  }
}

@BusService({ name: 'whole.read' })
class ReadWhole extends Service {
  async handle() {
    this.response.headers['ETag'] = '"7"';
    this.response.headers['Last-Modified'] = CHANGED;
    return (await this.compose({ part: optional(FailPart, {}) })).data;
  }
}

@BusService({ name: 'note.stream' })
class StreamNotes extends Service {
  handle() {
    return (async function* () {
      yield await Promise.resolve({ line: 1 });
    })();
  }
}

/** The services of {@link CHANNELS}. */
export const SERVICES = [
  ReadNote,
  ShowNote,
  WriteNote,
  AmendNote,
  DeleteNote,
  ShowConditions,
  WrongTag,
  FailPart,
  ReadWhole,
  StreamNotes,
];

/** Notes with versions, read and changed in all ways. */
export const CHANNELS = `
channels:
  rest:
    note.read: { method: GET, path: '/notes/{id}', service: note.read, etag: { from: service } }
    note.show: { method: GET, path: '/bodies/{id}', service: note.show, etag: strong, produces: [application/json, application/octet-stream] }
    note.write: { method: PUT, path: '/notes/{id}', service: note.write, preconditions: required }
    note.amend: { method: PATCH, path: '/bodies/{id}', service: note.amend, preconditions: required, idempotency: optional }
    note.delete: { method: DELETE, path: '/notes/{id}', service: note.delete, preconditions: optional }
    conditions: { method: POST, path: /conditions, service: conditions.show }
    wrong: { method: POST, path: /wrong, service: tags.wrong }
    whole: { method: GET, path: /whole, service: whole.read, etag: { from: service } }
    whole.tagged: { method: GET, path: /whole-tagged, service: whole.read, etag: strong }
    stream: { method: GET, path: /stream, service: note.stream, etag: strong, produces: [application/x-ndjson] }
`;

/** Restores the notes `1`, `long` and `bytes`, in version 7. */
export function resetNotes(): void {
  notes.clear();
  notes.set('1', { version: 7, text: 'short' });
  notes.set('long', { version: 7, text: LONG });
  notes.set('bytes', { version: 7, text: 'bytes' });
}
