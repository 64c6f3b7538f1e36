/** Requests for one find; null before there was one. */
export const requestsPerFind = ({ requests, finds }: { requests: number; finds: number }): number | null =>
  finds === 0 ? null : requests / finds

/** What part of `whole` is `part`, from 0 to 1; null of nothing. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
