/** The page is written in English; dates and figures follow, so that a sentence is never in two languages. */
export const LOCALE = 'en-GB';
