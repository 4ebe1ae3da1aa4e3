import type { Named, Place, Value } from './tree';

/** A script for zsh: as a file `_upwave` in `$fpath`, or for `source`. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef upwave
# zsh completion of upwave: source <(upwave completion zsh), after compinit
_upwave() {
  local at= i
  local -a offered
  for ((i = 2; i < CURRENT; i++)); do
    case "$at $words[i]" in
      ${alternatives(places)}) at="$at $words[i]" ;;
    esac
  done
  case "$at $words[CURRENT-1]" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(placeCase).join('\n')}
  esac
}
_upwave_rollouts() {
  offered=(\${(f)"$($words[1] complete-rollouts "$PREFIX" 2>/dev/null)"})
  compadd -a offered
}
if [[ $funcstack[1] == _upwave ]]; then _upwave "$@"; else compdef _upwave upwave; fi
`;
}

function alternatives(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  return `(${paths.join('|')})`.slice(0, -1);
}

function valueCases({ path, options }: Place): string[] {
  return options.flatMap(({ name, value }) =>
    value === null ? [] : [`    ("${path} ${name}") ${offer(value)}; return ;;`],
  );
}

function placeCase({ path, options, commands, argument }: Place): string {
  const rest = commands.length > 0 ? described(commands, 'command') : offer(argument ?? 'anything');
  return `    ("${path}")
      if [[ $PREFIX == -* ]]; then ${described(options, 'option')}
      else ${rest}; fi ;;`;
}

function described(all: readonly Named[], what: 'command' | 'option'): string {
  const list = all.map((each) => quoted(`${each.name}:${each.description.replaceAll(':', '\\:')}`));
  const flag = what === 'option' ? '-o ' : '';
  return `offered=(${list.join(' ')}); _describe ${flag}${what} offered`;
}

function offer(value: Value): string {
  if (typeof value !== 'string') return `compadd -- ${value.join(' ')}`;
  return { files: '_files', rollouts: '_upwave_rollouts', anything: ':' }[value];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
