import { createLogger, sdkLogger } from '../../worker/logging';

function capture(level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level, secrets: ['s3cret-key', 'pa55word'], destination });
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
