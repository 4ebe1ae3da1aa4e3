import { z } from 'zod';
import { choicesOf } from './plan-fields';
import { discoverSchema } from './plan-discover-schema';
import { fileSchema, headSchema, targetSchema, upgradeSchemas } from './plan-schema';
import { waveSchema } from './plan-wave-schema';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema of a plan, for editors: they complete keys, show what each is for, and mark slips.
 * It takes every plan that `parsePlan` takes. It does not refuse all that `parsePlan` refuses: what
 * the values say together (ids, waves that match nobody, windows) is judged there alone.
 * Draft 7, because that is the one that editors for YAML know whole.
 */
export function planJsonSchema(): JsonSchema {
  const head = jsonOf(headSchema);
  const properties = head.properties ?? {};
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A plan of upwave',
    description: 'Which targets are upgraded, to which version, and how.',
    ...head,
    properties: {
      ...properties,
      upgrades: {
        ...asObject(properties.upgrades),
        minProperties: 1,
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' },
        additionalProperties: {
          anyOf: Object.values(upgradeSchemas).map((schema) => jsonOf(schema)),
        },
      },
      targets: {
        ...asObject(properties.targets),
        items: { anyOf: [targetSchema, fileSchema, discoverSchema].map((one) => jsonOf(one)) },
      },
      waves: { ...asObject(properties.waves), items: jsonOf(waveSchema) },
    },
  };
}

/** The file of {@link planJsonSchema}. */
export function planSchemaText(): string {
  return `${JSON.stringify(planJsonSchema(), null, 2)}\n`;
}

/** As one writes it, not as it is after reading. */
function jsonOf(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const choices = choicesOf(zodSchema);
      if (choices.length > 0) jsonSchema.anyOf = choices.map((one) => jsonOf(one));
      // Where the kinds of value are named together, they need not be named one by one.
      if (Array.isArray(jsonSchema.type) || jsonSchema.type === 'string') delete jsonSchema.anyOf;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // What is null unless given is what its description says.
      if (jsonSchema.default === null) delete jsonSchema.default;
      // A key that is only there to be refused would be offered by editors.
      for (const [key, field] of Object.entries(jsonSchema.properties ?? {})) {
        if (typeof field === 'object' && 'not' in field) delete jsonSchema.properties?.[key];
      }
    },
  });
  delete json.$schema;
  return json;
}

function asObject(schema: boolean | JsonSchema | undefined): JsonSchema {
  return typeof schema === 'object' ? schema : {};
}
