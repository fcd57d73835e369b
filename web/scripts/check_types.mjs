// Fails when src/api/types.ts is not what the OpenAPI document generates.
import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const document = new URL('../../src/api/openapi.yaml', import.meta.url);
const committed = readFileSync(new URL('../src/api/types.ts', import.meta.url), 'utf8');
const generated = astToString(await openapiTS(document, { alphabetize: true }));
const body = (text) => text.replace(/^\/\*\*[\s\S]*?\*\/\s*/, '').trim();
if (body(committed) !== body(generated)) {
  process.stderr.write('web/src/api/types.ts: expected the types of src/api/openapi.yaml, found others; run: npm run types\n');
  process.exit(1);
}
