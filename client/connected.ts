import { connectClient, type Connected } from '../temporal/connect';

/** Connects, does the work, and always closes again, so that the program can end. */
export async function connected<Result>(
  work: (server: Connected) => Promise<Result>,
): Promise<Result> {
  const server = await connectClient();
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
