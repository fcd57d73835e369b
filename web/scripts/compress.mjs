// Writes x.br and x.gz beside each file of dist that is worth compressing; the server sends them as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const worth = new Set(['.js', '.css', '.html', '.svg', '.json', '.webmanifest']);
let raw = 0;
let small = 0;
for (const name of readdirSync(dist, { recursive: true })) {
  const path = join(dist, String(name));
  if (!worth.has(extname(path))) continue;
  const bytes = readFileSync(path);
  if (bytes.length < 512) continue;
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  const brotli = brotliCompressSync(bytes, options);
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  raw += bytes.length;
  small += brotli.length;
}
process.stdout.write(`dist: ${(raw / 1024).toFixed(0)} KiB of text, ${(small / 1024).toFixed(0)} KiB with brotli\n`);
