import { InvalidArgumentError } from 'commander';

/** Reads a text that says something (1 to `most` characters, blanks at its ends taken off), for commander. */
export function words(most: number): (text: string) => string {
  return (text) => {
    const said = text.trim();
    if (said === '' || said.length > most)
      throw new InvalidArgumentError(`It must be a text of 1 to ${most} characters.`);
    return said;
  };
}
