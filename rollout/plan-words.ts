/**
 * What each key of a plan is for, in a sentence or two: editors show it beside the key. The compiler
 * asks for the words of a key that is added to its section.
 */

const upgrade = {
  family: 'The kind of upgrade: taurusdb-proxy, taurusdb-instance, gaussdb-hotfix or dcs-instance.',
  cloud: 'The cloud of all targets of this upgrade that name none: a name of `clouds`.',
  expect:
    'How long one upgrade usually takes. Decides whether one still fits into a window, when to look for its end, and the forecast. Unless given it is learned from earlier ones.',
  followFor: 'After this long an upgrade that has not ended is called unknown.',
};

const preCheck =
  'Ask the cloud whether the upgrade can be, before hooks are called and anything is submitted. Costs calls.';

const compare = {
  equal: 'Healthy if the value is this.',
  notEqual: 'Healthy if the value is anything but this.',
  below: 'Healthy if the value is less than this.',
  atMost: 'Healthy if the value is this or less.',
  above: 'Healthy if the value is more than this.',
  atLeast: 'Healthy if the value is this or more.',
};

const hook = {
  webhook:
    'The address that is called with POST and JSON. It may hold ${secret:NAME}, which the worker fills in from UPWAVE_SECRET_NAME.',
  timeout: 'How long one try may take, at most 10m.',
  retries: 'How many further tries there are when one fails.',
  headers: 'Headers of the call. Values may hold ${secret:NAME}.',
};

const budget = {
  rejected: 'How many targets may end as rejected: a number, or a percentage, rounded down.',
  failed: 'How many targets may end as failed: a number, or a percentage, rounded down.',
  strict: 'Count attempts in flight as if they failed, so that only one can be too many.',
};

const LABELS = 'Labels, by which waves choose: `tier: canary`.';
const UPGRADE = 'A name of `upgrades`.';
const CLOUD = 'A name of `clouds`; without it, the one that the upgrade names.';

export const WORDS = {
  plan: {
    version: 'The version of this format: 1.',
    name: 'By this name rollouts of the plan are found: letters, digits and dashes.',
    projectId: 'The project of every target that names no cloud.',
    region: 'The region of every target that names no cloud.',
    clouds: 'Further projects and regions, by a name of your choice.',
    upgrades: 'What can be done to a target, by a name of your choice.',
    targets: 'What is upgraded: targets, files of targets, and what is discovered in the cloud.',
    waves:
      'Cut in this order; each target is taken once, and what no wave takes is never upgraded. Without waves everything is one.',
    concurrency: 'How many attempts there are at once over all waves.',
    concurrencyBy: 'How many targets with one value of a label are upgraded at once.',
    budget: 'How many bad outcomes the whole rollout may have before it stops.',
    onExhausted: 'What happens when a budget is exhausted and nobody comes.',
    seed: "What random choices are made from; the plan's name unless given.",
    windows: 'When attempts may begin. Several count together; without any, always.',
    blackouts: 'Dates on which nothing begins.',
    outsideWindows:
      'What does not fit before a window closes waits for the next one, or is skipped.',
    polling: 'How often the cloud is asked about an upgrade under way.',
    recovery: 'What follows when an attempt did not succeed.',
    busy: 'What happens to a target that cannot take an upgrade now.',
    hooks: 'Webhooks around each submission.',
    notify: 'Webhooks that are told what the rollout comes to. They hold nothing up.',
    cloudAccess: 'What happens when the cloud cannot be used.',
  },
  cloud: {
    projectId: 'The id of the project.',
    region: 'The name of the region.',
    concurrency: 'How many attempts there are at once in this cloud, over all waves.',
  },
  'taurusdb-proxy': {
    ...upgrade,
    targetVersion: 'The version that the proxies are to have.',
    rollForwardTo: 'Versions to go to, in this order, where the one before fails for good.',
  },
  'taurusdb-instance': {
    ...upgrade,
    delay: "Upgrade in the instance's own maintenance window instead of at once.",
    submitTogether: 'How many instances may share a call, at most 100.',
    preCheck,
  },
  'gaussdb-hotfix': {
    ...upgrade,
    targetVersions: 'The hot patches that are to be installed.',
    startAfter: 'The cloud begins this long after the request.',
    submitTogether: 'How many instances may share a call, at most 30.',
    preCheck,
    rollForwardTo: 'What to install instead, in this order, where these fail for good.',
  },
  'dcs-instance': {
    ...upgrade,
    engineMinorVersion: 'The version that the engine is to have, or latest.',
    proxyMinorVersion: 'The version that the proxy nodes are to have, or latest.',
    rollForwardTo:
      'Versions to go to, in this order, where the one before fails for good; engine/proxy where both are upgraded.',
  },
  target: {
    upgrade: UPGRADE,
    cloud: CLOUD,
    instanceId: 'The id of the instance.',
    proxyId: 'The id of the proxy, for taurusdb-proxy alone.',
    name: 'A name for people.',
    az: 'The availability zone.',
    labels: LABELS,
  },
  file: {
    upgrade: 'A name of `upgrades`, for rows that name none.',
    cloud: CLOUD,
    file: 'A CSV file with a header row, or a JSON file; relative to the plan.',
    labels: 'Labels for all rows that have none of that name.',
  },
  discovery: {
    upgrade: UPGRADE,
    cloud: CLOUD,
    discover:
      'What is found in the cloud each time the plan is frozen. `{}` is everything of the family; else all parts must hold.',
    labels: 'Labels for all that have no tag of that name.',
  },
  filter: {
    name: 'The whole name, or "*part" for names that hold the part.',
    tags: 'Tags that it must have, all of them.',
    upgradable: 'Only what has something newer to go to. Costs a call for each.',
  },
  wave: {
    name: 'Letters, digits and dashes, unlike any other wave.',
    match: 'Takes the targets that have, for every key, one of its values.',
    take: 'How many it takes: a number, a percentage of all targets of the plan, `rest`, or so many of each stratum.',
    order: 'Take and start targets in the order of the plan, or by chance.',
    concurrency: 'How many attempts there are at once.',
    concurrencyBy: 'How many targets with one value of a label are upgraded at once.',
    slowStart: 'One at once, then two, four, eight …, as upgrades succeed.',
    budget: 'How many bad outcomes the wave may have before the rollout stops.',
    gate: 'What must hold before the wave begins: one of delay, at and approval.',
    bake: 'Watch health after the wave before the next one begins.',
  },
  waveBudget: {
    ...budget,
    unknown: 'How many targets may end as unknown; null is no limit.',
  },
  rolloutBudget: {
    ...budget,
    unknown: 'How many targets may end as unknown: a number, or a percentage, rounded down.',
  },
  labelLimit: {
    label: 'A label, or one of family, upgrade, az and cloud.',
    max: 'How many at once for each of its values.',
  },
  strata: {
    perStratum: 'How many of each combination of values.',
    by: 'What makes a stratum: labels, and family, upgrade, az, cloud, version.',
  },
  gate: {
    delay: 'Wait this long after the wave before.',
    at: 'Wait for this instant, which says its offset.',
    approval: 'Wait for a person: upwave approve.',
  },
  approval: {
    expires: 'How long to wait for a person; without it, for ever.',
    onExpiry: 'What happens when nobody came.',
  },
  bake: {
    for: 'How long health is watched.',
    every: 'How often it is looked at; 30s, or `for` if that is shorter.',
    checks: 'What is looked at, at most 20. Without checks the time alone passes.',
    unhealthy: 'What happens when looks are unhealthy.',
    inconclusive: 'What happens when looks could not be made.',
  },
  borne: {
    limit: 'How many such looks are borne; one more ends the bake.',
    then: 'What the rollout does then.',
  },
  httpCheck: {
    http: 'An address to read. It may hold ${secret:NAME}.',
    status: 'The HTTP status of a healthy answer.',
    json: 'The path of a value in the JSON answer, to be compared with one of the keys below.',
    ...compare,
  },
  prometheusCheck: {
    prometheus: 'The address of a Prometheus server. It may hold ${secret:NAME}.',
    query: 'A query; every sample that it gives must pass the comparison.',
    ...compare,
  },
  receiver: {
    webhook: hook.webhook,
    on: 'What it is told of; unless given, everything.',
    timeout: 'How long one try may take, at most 1m.',
    retries: hook.retries,
    headers: hook.headers,
  },
  before: { ...hook, undo: 'The address that is called if the attempt does not complete.' },
  after: { ...hook, undo: 'Not here: when an after hook is called the upgrade is done.' },
  hooks: {
    before: 'Called in their order before something is submitted, at most 5.',
    after: 'Called in their order after an upgrade that went well, at most 5.',
  },
  window: {
    cron: 'When it opens: minute, hour, day of month, month, day of week; `SAT#2` is the second Saturday.',
    for: 'How long it is open.',
    zone: 'The name of a time zone, such as Asia/Shanghai.',
  },
  blackout: {
    from: 'The first day on which nothing begins.',
    to: 'The first day that is allowed again.',
    zone: 'The name of a time zone, such as Asia/Shanghai.',
  },
  attempts: {
    retries: 'How many further attempts there are.',
    after: 'How long to wait before each.',
    then: 'What follows when they are used up.',
  },
  unknownAnswers: {
    reconcileFor: 'How long to find out what became of a request whose answer was lost.',
    settleFor: 'After so long without a trace in the cloud, the request never arrived.',
    then: 'What follows when it cannot be told.',
  },
  recovery: {
    rejected: 'When the cloud refused.',
    failed: 'When the upgrade began and failed.',
    unknown: 'When an answer was lost.',
  },
  polling: {
    min: 'The shortest time between two looks.',
    max: 'The longest time between two looks.',
  },
  busy: { waitFor: 'How long a busy target waits before it ends as skipped.' },
  onExhausted: { expires: 'The rollout aborts after this long without a person; else it waits.' },
  cloudAccess: { pauseAfter: 'The rollout pauses after this long without access.' },
} as const;
