/**
 * Parses JSON that has exactly one reading: the bytes must be what `JSON.stringify` makes of their own value. Duplicate
 * keys, a BOM, white space, trailing data, other spellings of a number and invalid UTF-8 are thereby refused, and what
 * one reader checked cannot be something else to another.
 * @throws SyntaxError
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value: unknown = JSON.parse(text, (key, member: unknown) => {
    // Some readers skip this key and others assign it; ours shall never see it.
    if (key === '__proto__') throw new SyntaxError('a key is called __proto__');
    return member;
  });
  if (JSON.stringify(value) !== text)
    throw new SyntaxError('the text is not the one form that JSON.stringify writes');
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('the text is not UTF-8', { cause });
  }
}
