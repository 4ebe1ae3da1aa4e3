import { parseDocument, visit, type YAMLError } from 'yaml';
import { wordsOf, type Problem } from './problem';

/** What a plan's text says as YAML, or JSON, with all that is wrong with it as such. */
export function readYaml(text: string): {
  /** It could not be looked into. */
  readonly isBroken: boolean;
  readonly problems: readonly Problem[];
  readonly value: unknown;
} {
  const document = parseDocument(text, { merge: true });
  const problems = [...document.errors, ...document.warnings].map(fromYaml);
  visit(document, {
    // A version `2.10` or a label `007` is a number to YAML, and is another text afterwards.
    Scalar(_, node) {
      if (typeof node.value !== 'number' || node.source === undefined) return;
      if (node.source !== String(node.value)) node.value = node.source;
    },
  });
  // A key twice leaves a tree that can be looked into; any other error does not.
  const isBroken = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  if (isBroken) return { isBroken, problems, value: null };
  try {
    return { isBroken, problems, value: document.toJS() as unknown };
  } catch (error) {
    const problem = { path: 'plan', message: wordsOf(error), suggestion: null };
    return { isBroken: true, problems: [...problems, problem], value: null };
  }
}

function fromYaml({ message, linePos }: YAMLError): Problem {
  const [first = message] = message.split('\n');
  const at = linePos?.[0];
  return {
    path: at === undefined ? 'plan' : `line ${at.line}, column ${at.col}`,
    message: first.replace(/ at line \d+, column \d+:?$/, ''),
    suggestion: null,
  };
}
