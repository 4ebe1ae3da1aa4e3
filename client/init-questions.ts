import type { PlanFiles } from '../rollout/plan';
import type { Problem } from '../rollout/problem';
import { FAMILIES, type FamilyName } from '../rollout/upgrade';
import type { Asker } from './ask';
import { missingIn, readFamily, wholePlan, wrongIn, type Answers } from './init-answers';
import { ABOUT, type NewPlan, type NewTargets } from './init-plan';

/** Where questions are asked, and how a wrong answer is told. */
export interface Conversation {
  readonly asker: Asker;
  readonly files: PlanFiles;
  readonly tell: (words: string) => void;
  /** A file as it was named on the command line, as the plan has to name it. */
  readonly fromPlan: (file: string) => string;
}

/** Asks for what is missing; null when the input ended before all was told. */
export async function askMissing(
  known: Answers,
  conversation: Conversation,
): Promise<NewPlan | null> {
  let answers = known;
  for (let part = nextIn(answers); part !== undefined; part = nextIn(answers)) {
    const told = await askPart(part, answers, conversation);
    if (told === null) return null;
    answers = told;
  }
  return wholePlan(answers);
}

// A cache need not be told its version, but whoever is asked is asked for it.
function nextIn(answers: Answers): keyof NewPlan | undefined {
  const [next] = missingIn(answers);
  const isOpen = answers.family === 'dcs-instance' && answers.versions === undefined;
  return next !== undefined && isOpen ? 'versions' : next;
}

async function askPart(
  part: keyof NewPlan,
  answers: Answers,
  { asker, files, tell, fromPlan }: Conversation,
): Promise<Answers | null> {
  for (;;) {
    const answer = await asker.ask(questionOf(part, answers.family ?? 'dcs-instance'));
    if (answer === null) return null;
    const told = { ...answers, ...read(part, answer, fromPlan) };
    const problems = told.family === undefined ? [readFamily(answer)] : wrongIn(told, files);
    const wrong = problems.filter((each): each is Problem => typeof each === 'object');
    if (wrong.length === 0) return told;
    for (const { message, suggestion } of wrong) {
      tell(`${message}${suggestion ? ` (${suggestion})` : ''}`);
    }
  }
}

const FAMILY_QUESTION = [
  'What is to be upgraded?',
  ...FAMILIES.map((family, i) => `  ${i + 1}  ${family.padEnd(18)} ${ABOUT[family].words}`),
  'A number, or a name: ',
].join('\n');

function questionOf(part: keyof NewPlan, family: FamilyName): string {
  const { targets, versions } = ABOUT[family];
  const ids = family === 'taurusdb-proxy' ? 'instance/proxy ids' : "instances' ids";
  switch (part) {
    case 'family':
      return FAMILY_QUESTION;
    case 'versions':
      if (versions === 'several') return 'Which hot patches? One or more versions: ';
      return versions === 'maybe' ? 'To which version? [latest] ' : 'To which version? ';
    case 'name':
      return `What is the plan called? Such as ${targets}-november: `;
    case 'projectId':
      return 'Which project? Its id: ';
    case 'region':
      return 'Which region? Such as cn-north-4: ';
    case 'targets':
      return `Which ${versions === 'none' || versions === 'several' ? 'instances' : targets}? A CSV or JSON file, ${ids}, or all: `;
  }
}

function read(part: keyof NewPlan, answer: string, fromPlan: Conversation['fromPlan']): Answers {
  switch (part) {
    case 'family': {
      const family = readFamily(FAMILIES[Number(answer) - 1] ?? answer);
      return typeof family === 'string' ? { family } : {};
    }
    case 'versions':
      return { versions: listed(answer) };
    case 'targets':
      return { targets: targetsOf(answer, fromPlan) };
    case 'name':
    case 'projectId':
    case 'region':
      return { [part]: answer };
  }
}

function targetsOf(answer: string, fromPlan: Conversation['fromPlan']): NewTargets {
  if (answer === 'all') return { kind: 'discover' };
  if (/\.(csv|json)$/i.test(answer)) return { kind: 'file', file: fromPlan(answer) };
  return { kind: 'ids', ids: listed(answer) };
}

function listed(answer: string): readonly string[] {
  return answer.split(/[\s,]+/).filter((each) => each !== '');
}
