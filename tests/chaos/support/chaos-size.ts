/** `npm run test:chaos -- --nightly` sets it. */
export const isNightly = process.env['CHAOS_SIZE'] === 'nightly'

/** How often a fault is made to happen: minutes by day, hours by night. */
export const timesOf = (daily: number, nightly: number): number => (isNightly ? nightly : daily)
