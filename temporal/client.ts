import type { ConnectionLike, WorkflowClientInterceptor } from '@temporalio/client';
import { Client, isGrpcServiceError } from '@temporalio/client';
import { dataConverter } from './payload-codec';

const FAILED_PRECONDITION = 9; // grpc.status
// The server gives a workflow its next task at once: each further try meets a new one.
const UPDATE_TRIES = 5;

/** The client of Temporal that everything outside of a workflow uses. */
export function newClient(connection: ConnectionLike, namespace = 'default'): Client {
  const interceptors = { workflow: [sendLostUpdatesAgain] };
  return new Client({ connection, namespace, dataConverter, interceptors });
}

/**
 * Sends an Update again that the server gave up before it was recorded: an event that came while
 * the workflow was ending fails that task, and the Update that it carried is not in the next one
 * (`reasonStateMatrix` in the server's `update/abort_reason.go`).
 */
export const sendLostUpdatesAgain: WorkflowClientInterceptor = {
  async startUpdate(input, next) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await next(input);
      } catch (error) {
        if (tries === UPDATE_TRIES || !isLost(error)) throw error;
      }
    }
  },
};

function isLost(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!isGrpcServiceError(cause)) return false;
  const { code, details }: { code: number; details: string } = cause;
  return code === FAILED_PRECONDITION && /workflow task failure/i.test(details);
}
