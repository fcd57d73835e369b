import { sentence } from '../words';
import type { components, paths } from './types';

export type Schemas = components['schemas'];

/** What went wrong with a request, in a sentence for a person. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The server could not be reached at all. */
  get offline(): boolean {
    return this.status === 0;
  }
}

type Method = 'get' | 'put' | 'post' | 'delete';
type PathsWith<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths];
type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type Success<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? JsonOf<R[S]> : never }[keyof R] : never;
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;

export type GetPath = PathsWith<'get'>;
export type GetResult<P extends GetPath> = Success<paths[P]['get']>;

export type Params = Record<string, string>;
export type Query = Record<string, string | number | undefined>;

/** Fills the braces of an OpenAPI path and appends the query. */
export function urlOf(path: string, params: Params = {}, query: Query = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${path}: expected a value for ${name}, found none`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** One sentence from a problem document, or from the bare status where there is none. */
export function problemSentence(status: number, body: unknown): { code: string; message: string } {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Schemas['Problem']>;
  const text = problem.detail || problem.title || `The server answered with status ${status}.`;
  return { code: problem.code ?? String(status), message: sentence(text) };
}

type Listener = (reachable: boolean) => void;
const reachability = new Set<Listener>();

/** Tells whether the server answers, each time that becomes known. */
export function onReachability(listener: Listener): () => void {
  reachability.add(listener);
  return () => reachability.delete(listener);
}

export function reportReachable(reachable: boolean): void {
  for (const listener of reachability) listener(reachable);
}

export async function request<T>(method: string, url: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    reportReachable(false);
    throw new ApiError(0, 'UNAVAILABLE', 'The server does not answer. Start it with “groundwork serve”; nothing you did is lost.');
  }
  reportReachable(true);
  const parsed: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const { code, message } = problemSentence(response.status, parsed);
    throw new ApiError(response.status, code, message);
  }
  return parsed as T;
}

export const api = {
  get<P extends GetPath>(path: P, params?: Params, query?: Query): Promise<GetResult<P>> {
    return request('GET', urlOf(path, params, query));
  },
  post<P extends PathsWith<'post'>>(path: P, body: BodyOf<paths[P]['post']>, params?: Params): Promise<Success<paths[P]['post']>> {
    return request('POST', urlOf(path, params), body);
  },
  put<P extends PathsWith<'put'>>(path: P, body: BodyOf<paths[P]['put']>, params?: Params): Promise<Success<paths[P]['put']>> {
    return request('PUT', urlOf(path, params), body);
  },
  remove<P extends PathsWith<'delete'>>(path: P, params?: Params): Promise<Success<paths[P]['delete']>> {
    return request('DELETE', urlOf(path, params));
  },
};
