import type { Place, Value } from './tree';

/** A script for `source`: what bash offers at each place. */
export function bashScript(places: readonly Place[]): string {
  return `# bash completion of upwave: source <(upwave completion bash)
_upwave() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${alternatives(places)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$at \${COMP_WORDS[COMP_CWORD - 1]}" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(placeCase).join('\n')}
  esac
}
_upwave_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_upwave_files() {
  compopt -o filenames 2>/dev/null
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$cur"))
}
_upwave_rollouts() { _upwave_words "$("\${COMP_WORDS[0]}" complete-rollouts "$cur" 2>/dev/null)"; }
complete -F _upwave upwave
`;
}

function alternatives(places: readonly Place[]): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => `"${path}"`)
    .join(' | ');
}

function valueCases({ path, options }: Place): string[] {
  return options.flatMap(({ name, value }) =>
    value === null ? [] : [`    "${path} ${name}") ${offer(value)}; return ;;`],
  );
}

function placeCase({ path, options, commands, argument }: Place): string {
  const flags = options.map(({ name }) => name).join(' ');
  const names = commands.map(({ name }) => name);
  const rest = names.length > 0 ? offer(names) : offer(argument ?? 'anything');
  return `    "${path}") if [[ $cur == -* ]]; then _upwave_words "${flags}"; else ${rest}; fi ;;`;
}

function offer(value: Value): string {
  if (typeof value !== 'string') return `_upwave_words "${value.join(' ')}"`;
  return { files: '_upwave_files', rollouts: '_upwave_rollouts', anything: ':' }[value];
}
