/** The columns of a targets file that say who is meant; all others but the next are labels. */
export const TARGET_COLUMNS: readonly string[] = [
  ...['upgrade', 'cloud', 'instanceId', 'proxyId', 'name', 'az'],
];

/** What the cloud said when the file was written: read afresh before anything is done. */
export const SEEN_COLUMNS: readonly string[] = ['version', 'newestVersion', 'status'];
