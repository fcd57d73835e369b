import { describe, expect, it } from 'vitest';
import { problemSentence, urlOf } from './client';

describe('urlOf', () => {
  it('fills and escapes the parts of a path', () => {
    expect(urlOf('/api/v1/modules/{module_id}', { module_id: 'a b/c' })).toBe('/api/v1/modules/a%20b%2Fc');
  });
  it('leaves out what is undefined in the query', () => {
    expect(urlOf('/api/v1/facts', {}, { before: 7, limit: undefined })).toBe('/api/v1/facts?before=7');
  });
  it('refuses a path with a part left open', () => {
    expect(() => urlOf('/api/v1/runs/{run_id}')).toThrow('expected a value for run_id');
  });
});

describe('problemSentence', () => {
  it('prefers the detail and ends it like a sentence', () => {
    const body = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'the remedial comes first', code: 'FAILED_PRECONDITION' };
    expect(problemSentence(409, body)).toEqual({ code: 'FAILED_PRECONDITION', message: 'The remedial comes first.' });
  });
  it('says the status when the body is not a problem document', () => {
    expect(problemSentence(502, null).message).toBe('The server answered with status 502.');
  });
});
