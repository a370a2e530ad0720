// Print the JSON schema of each [file, type] of the first argument, in order; "*" is everything that a file exports.
import { createGenerator } from 'ts-json-schema-generator';

const made = JSON.parse(process.argv[2]).map(([path, type]) =>
  createGenerator({ path, type, tsconfig: 'tsconfig.json', skipTypeCheck: true }).createSchema(type),
);
process.stdout.write(JSON.stringify(made));
