import type { Place, Value } from './tree';

/** A script for fish: `upwave completion fish | source`, or a file in its completions folder. */
export function fishScript(places: readonly Place[]): string {
  return `# fish completion of upwave: upwave completion fish | source
function __upwave_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
      case ${places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
function __upwave_rollouts
  upwave complete-rollouts (commandline -ct) 2>/dev/null
end
complete -c upwave -f
${places.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, commands, options, argument }: Place): string[] {
  const at = `complete -c upwave -n ${quoted(`__upwave_at ${quoted(path)}`)}`;
  return [
    ...commands.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
    ...options.map(({ name, description, value }) => {
      const takes = value === null ? '' : ` -r${offer(value)}`;
      return `${at} -l ${name.replace(/^--/, '')} -d ${quoted(description)}${takes}`;
    }),
    ...(argument === null ? [] : [`${at}${offer(argument)}`]),
  ];
}

function offer(value: Value): string {
  if (typeof value !== 'string') return ` -f -a ${quoted(value.join(' '))}`;
  return { files: ' -F', rollouts: " -f -a '(__upwave_rollouts)'", anything: ' -f' }[value];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
