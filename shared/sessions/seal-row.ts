/** The place a sealed jar belongs to: copied to another market or worker it cannot be read. */
export const sealRow = (market: string, worker: string | null): string =>
  `scraping_cookies:${market}:${worker ?? 'shared'}`
