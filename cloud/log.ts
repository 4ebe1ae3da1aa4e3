/** Where families say what a person should know and no call may fail for. */
export interface Log {
  warn(data: Readonly<Record<string, unknown>>, message: string): void;
}

/** Reports a word of the cloud that no page documents. */
export type ReportWord = (field: string, word: string) => void;

/** Says each unknown word once: it would otherwise be repeated at every look at every target. */
export function createWordReport(log: Log): ReportWord {
  const said = new Set<string>();
  return (field, word) => {
    const key = `${field}=${word}`;
    if (said.has(key)) return;
    said.add(key);
    log.warn({ field, word }, 'The cloud used a status word that its documents do not have');
  };
}
