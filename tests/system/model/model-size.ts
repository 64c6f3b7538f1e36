/**
 * How many schedules of chance: few by default, because they run with every `npm test`; `MODEL_RUNS=1000` for a long look.
 * A busy machine tries fewer rather than to be slow; none at all within the time would be a failure.
 */
const given = process.env['MODEL_RUNS']

export const MODEL_SIZE =
  given === undefined ? { numRuns: 25, interruptAfterTimeLimit: 20_000 } : { numRuns: Number(given) }
