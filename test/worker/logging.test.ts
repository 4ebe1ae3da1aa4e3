import { createLogger, sdkLogger } from '../../worker/logging';

const SECRETS = ['s3cret-key', 'pa55word'];

function capture(level: 'debug' | 'info' = 'info', secrets: readonly string[] = SECRETS) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level, secrets, destination });
  return { logger, text: () => lines.join('') };
}

test('a secret is cut out of fields, messages and stacks', () => {
  const { logger, text } = capture();

  logger.warn(
    { error: new Error('refused s3cret-key'), note: 'pa55word' },
    'with s3cret-key in it',
  );

  expect(text()).not.toMatch(/s3cret-key|pa55word/);
  expect(text()).toContain('[redacted]');
  expect(JSON.parse(text())).toMatchObject({ note: '[redacted]', msg: 'with [redacted] in it' });
});

test.each([
  { name: 'a quote', secret: 'pa55"word' },
  { name: 'a backslash', secret: 'pa55\\word' },
  { name: 'a backslash at its end', secret: 'pa55word\\' },
  { name: 'a line break', secret: 'pa55\nword' },
])('a secret with $name -> cut out everywhere, and the line is JSON', ({ secret }) => {
  const { logger, text } = capture('info', [secret]);

  const body = JSON.stringify({ password: secret });
  logger.warn(
    { error: new Error(`refused ${secret}`), note: `"${secret}"`, body },
    `for ${secret}`,
  );

  expect(text()).not.toContain('pa55');
  expect(JSON.parse(text())).toMatchObject({
    ...{ note: '"[redacted]"', body: '{"password":"[redacted]"}', msg: 'for [redacted]' },
    error: { message: 'refused [redacted]' },
  });
});

test('a secret that begins as another one -> nothing of either is left', () => {
  const { logger, text } = capture('info', ['pa55word', 'pa55word-of-acme']);

  logger.warn('with pa55word-of-acme and pa55word');

  expect(JSON.parse(text())).toMatchObject({ msg: 'with [redacted] and [redacted]' });
});

test('headers that carry credentials are hidden by name', () => {
  const { logger, text } = capture();

  logger.warn(
    { request: { headers: { 'x-auth-token': 'MIIabc', authorization: 'SDK-HMAC x' } } },
    'sent',
  );

  expect(text()).not.toMatch(/MIIabc|SDK-HMAC/);
});

test("the SDK's lines come out with their fields and levels", () => {
  const { logger, text } = capture('debug');

  sdkLogger(logger).error('Activity failed', { workflowId: 'upgrade/p/i' });

  expect(JSON.parse(text())).toMatchObject({
    level: 50,
    msg: 'Activity failed',
    workflowId: 'upgrade/p/i',
  });
});
