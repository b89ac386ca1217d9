import type { Answer, Chooser, Question } from './chooser.ts';

/** Asks one chooser, and another where the first cannot answer; the answer says so. */
export class FallbackChooser implements Chooser {
  readonly #name: string;
  readonly #first: Chooser;
  readonly #second: Chooser;

  constructor(name: string, first: Chooser, second: Chooser) {
    this.#name = name;
    this.#first = first;
    this.#second = second;
  }

  async choose(question: Question): Promise<Answer> {
    try {
      return await this.#first.choose(question);
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return {
        ...(await this.#second.choose(question)),
        fellBackFrom: `${this.#name} could not answer (${why.slice(0, 300)})`,
      };
    }
  }
}
