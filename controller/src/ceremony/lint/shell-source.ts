/** An expansion that the shell splits and globs, for it stands in no quotes. */
export interface BareExpansion {
  readonly line: number;
  readonly text: string;
}

/** A shell script, read for its quoting. */
export interface ShellSource {
  /** The script without comments and without the text in quotes; `"` stands for each quoted part, lines stay lines. */
  readonly code: string;
  readonly bare: readonly BareExpansion[];
}

type Context =
  | { kind: 'code'; depth: number; nested: boolean }
  | { kind: 'double' }
  | { kind: 'brace' }
  | { kind: 'arithmetic'; depth: number };

const NAME = /^\$(?:[A-Za-z_]\w*|[0-9@*#?!$-])/;
/** Numbers never split: the count of arguments, a status, a process id. */
const NUMERIC = new Set(['$#', '$?', '$!', '$$']);

/** Walks a POSIX shell script, context by context: plain code, double quotes, `${...}`, `$(...)`, `$((...))`. */
export function readShell(text: string): ShellSource {
  const stack: Context[] = [{ kind: 'code', depth: 0, nested: false }];
  const bare: BareExpansion[] = [];
  let code = '';
  let line = 1;
  let word = '';
  const quoted = (): boolean => stack.some((context) => context.kind === 'double');
  const innermost = (): Context => stack.at(-1) ?? { kind: 'code', depth: 0, nested: false };
  /** A substitution starts afresh: what counts is whether it stands in quotes itself. */
  const inQuotes = (): boolean => {
    for (const context of stack.toReversed()) {
      if (context.kind === 'double') return true;
      if (context.kind === 'code') return false;
    }
    return quoted();
  };
  const expansion = (source: string): void => {
    if (inQuotes() || innermost().kind === 'arithmetic' || NUMERIC.has(source) || /^[A-Za-z_]\w*=/.test(word))
      return;
    bare.push({ line, text: source });
  };

  for (let i = 0; i < text.length; ) {
    const top = innermost();
    const char = text.charAt(i);
    const rest = text.slice(i, i + 64);
    const inCode = top.kind === 'code';
    const take = (count: number, shown: string): void => {
      for (const taken of text.slice(i, i + count)) if (taken === '\n') line += 1;
      code += shown;
      i += count;
    };

    if (char === '\\') {
      word += '\\';
      take(2, inCode && text.charAt(i + 1) !== '\n' ? '_' : ' ');
    } else if (char === '$' && rest.startsWith('$((')) {
      stack.push({ kind: 'arithmetic', depth: 0 });
      word += '$';
      take(3, inCode ? '$' : '');
    } else if (char === '$' && rest.startsWith('$(')) {
      expansion('$(...)');
      word += '$';
      take(2, '$(');
      stack.push({ kind: 'code', depth: 0, nested: true });
      word = '';
    } else if (char === '$' && rest.startsWith('${')) {
      expansion(/^\$\{[^}]*\}?/.exec(rest)?.[0] ?? '${');
      stack.push({ kind: 'brace' });
      word += '$';
      take(2, inCode ? '$' : '');
    } else if (char === '$' && NAME.test(rest)) {
      const name = NAME.exec(rest)?.[0] ?? '$';
      expansion(name);
      word += name;
      take(name.length, inCode ? name : '');
    } else if (char === '"') {
      if (top.kind === 'double') stack.pop();
      else stack.push({ kind: 'double' });
      word += '"';
      take(1, inCode ? '"' : '');
    } else if (char === "'" && (inCode || top.kind === 'brace') && !(top.kind === 'brace' && inQuotes())) {
      const end = text.indexOf("'", i + 1);
      word += "'";
      take((end === -1 ? text.length : end + 1) - i, inCode ? '"' : '');
    } else if (top.kind === 'brace' && char === '}') {
      stack.pop();
      take(1, '');
    } else if (top.kind === 'arithmetic' && (char === '(' || char === ')')) {
      if (char === '(') top.depth += 1;
      else if (top.depth > 0) top.depth -= 1;
      else {
        stack.pop();
        take(1, '');
      }
      take(1, '');
    } else if (top.kind === 'code' && char === '#' && word === '') {
      const end = text.indexOf('\n', i);
      take((end === -1 ? text.length : end) - i, '');
    } else if (top.kind === 'code') {
      if (/[\s;&|()]/.test(char)) word = '';
      else word += char;
      if (char === '(') top.depth += 1;
      if (char === ')' && top.depth > 0) top.depth -= 1;
      else if (char === ')' && top.nested) {
        stack.pop();
        word = '$';
      }
      take(1, char);
    } else {
      take(1, char === '\n' && top.kind !== 'double' ? '\n' : '');
    }
  }
  return { code, bare };
}
