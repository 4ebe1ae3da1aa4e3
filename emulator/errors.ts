import type { CallFault, Service } from './types';

/** What a call is answered with. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A documented refusal on its way to the client. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(readonly answer: Answer) {
    super(JSON.stringify(answer.body));
  }
}

/** The gateway's own body (cloud-apis.md 7.2). */
export function gatewayError(
  status: number,
  code: string,
  message: string,
  requestId: string,
): Answer {
  return { status, body: { error_msg: message, error_code: code, request_id: requestId } };
}

/** `{error_code, error_msg}` of TaurusDB and GaussDB, with DCS's third field, or IAM's (7.1). */
export function serviceError(
  service: Service,
  status: number,
  code: string,
  message: string,
): Answer {
  switch (service) {
    case 'taurusdb':
    case 'gaussdb':
      return { status, body: { error_code: code, error_msg: message } };
    case 'dcs':
      return { status, body: { error_code: code, error_msg: message, error_ext_msg: null } };
    case 'iam':
      return { status, body: { error: { code: status, message, title: code } } };
  }
}

type Kind = 'parameter' | 'forbidden' | 'notFound' | 'conflict' | 'refused' | 'server';

/** Status, code and words per service and kind of error (7.3, 7.4; IAM: Keystone titles). */
const known: Readonly<Record<Service, Readonly<Record<Kind, readonly [number, string, string]>>>> =
  {
    taurusdb: {
      parameter: [400, 'DBS.280001', 'Parameter error.'],
      forbidden: [403, 'DBS.200010', 'The operation is not authorized.'],
      notFound: [404, 'DBS.201028', 'The DB instance does not exist.'],
      conflict: [409, 'DBS.200047', 'Another operation is being performed on the DB instance.'],
      refused: [400, 'DBS.200504', 'The version does not support the upgrade.'],
      server: [500, 'DBS.108000', 'Server failure.'],
    },
    gaussdb: {
      parameter: [400, 'DBS.280001', 'Parameter error.'],
      forbidden: [403, 'DBS.200010', 'The operation is not authorized.'],
      notFound: [404, 'DBS.200045', 'The DB instance does not exist.'],
      conflict: [409, 'DBS.200047', 'Another operation is being performed on the DB instance.'],
      refused: [400, 'DBS.200504', 'The version does not support the upgrade.'],
      server: [500, 'DBS.108000', 'Server failure.'],
    },
    dcs: {
      parameter: [400, 'DCS.4062', 'Invalid parameter in the request.'],
      forbidden: [403, 'DCS.2003', 'Insufficient permission.'],
      notFound: [404, 'DCS.3022', 'The DCS instance does not exist.'],
      conflict: [409, 'DCS.4096', 'The instance is being backed up.'],
      refused: [400, 'DCS.4062', 'Invalid engine_minor_version parameter in the request.'],
      server: [500, 'DCS.5006', 'Failed to submit the task.'],
    },
    iam: {
      parameter: [400, 'Bad Request', 'The request body is invalid.'],
      forbidden: [403, 'Forbidden', 'You are not authorized to perform the requested action.'],
      notFound: [404, 'Not Found', 'Could not find the requested resource.'],
      conflict: [409, 'Conflict', 'A conflict occurs when the resource is saved.'],
      refused: [400, 'Bad Request', 'The request body is invalid.'],
      server: [500, 'Internal Server Error', 'Internal server error.'],
    },
  };

/** A service's documented error of that kind; `detail` is added to its words. */
export function errorOf(service: Service, kind: Kind, detail?: string): Answer {
  const [status, code, words] = known[service][kind];
  return serviceError(service, status, code, detail === undefined ? words : `${words} ${detail}`);
}

/** 401 of the gateway; the words say why, as the real ones do. */
export function unauthenticated(why: string, requestId: string): Answer {
  return gatewayError(
    401,
    'APIGW.0301',
    `Incorrect IAM authentication information: ${why}`,
    requestId,
  );
}

/** 401 for a token that has run out or was never given (7.2). */
export function staleToken(requestId: string): Answer {
  return gatewayError(401, 'APIGW.0307', 'The token must be updated.', requestId);
}

/** 404 of the gateway for a path or method that no API has. */
export function noSuchApi(requestId: string): Answer {
  return gatewayError(
    404,
    'APIGW.0101',
    'The API does not exist or has not been published in the environment.',
    requestId,
  );
}

/** 429 of the gateway, in the words seen by others (7.2). */
export function throttled(requestId: string, retryAfter: string): Answer {
  const words =
    'The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute';
  const answer = gatewayError(429, 'APIGW.0308', words, requestId);
  return retryAfter === 'none' ? answer : { ...answer, headers: { 'retry-after': retryAfter } };
}

function unavailable(service: Service): Answer {
  const words = 'Service unavailable.';
  // IAM repeats the status in its body.
  if (service === 'iam') return serviceError('iam', 503, 'Service Unavailable', words);
  return { ...errorOf(service, 'server', words), status: 503 };
}

/** What a fault answers instead of the service; null: it does not replace the answer. */
export function faultAnswer(
  service: Service,
  fault: CallFault,
  context: { readonly requestId: string; readonly retryAfter: string },
): Answer | null {
  switch (fault) {
    case '400':
      return errorOf(service, 'parameter');
    case '401':
      return unauthenticated('verify aksk signature fail', context.requestId);
    case '403':
      return errorOf(service, 'forbidden');
    case '404':
      return errorOf(service, 'notFound');
    case '409':
      return errorOf(service, 'conflict');
    case '429':
      return throttled(context.requestId, context.retryAfter);
    case '500':
      return errorOf(service, 'server');
    case '503':
      return unavailable(service);
    case 'reject':
      return errorOf(service, 'refused');
    case 'html':
      return {
        status: 200,
        body: '<html><head><title>Maintenance</title></head><body>Please try again later.</body></html>',
        headers: { 'content-type': 'text/html; charset=utf-8' },
      };
    case 'lostAfter':
    case 'lostBefore':
    case 'slow':
      return null;
  }
}
