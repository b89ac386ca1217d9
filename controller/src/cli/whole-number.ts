import { InvalidArgumentError } from 'commander';

/** Reads a whole number within bounds, for commander. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum)
      throw new InvalidArgumentError(
        maximum === Number.MAX_SAFE_INTEGER
          ? `It must be a whole number, ${minimum} or more.`
          : `It must be a whole number from ${minimum} to ${maximum}.`,
      );
    return value;
  };
}

/** Reads a number of hours (fractions too), for commander. */
export function hours(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= minimum && value <= maximum))
      throw new InvalidArgumentError(`It must be a number from ${minimum} to ${maximum}.`);
    return value;
  };
}
