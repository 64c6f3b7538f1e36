/**
 * Dollars a month, Fly.io, region iad, September 2026, machines always on, without traffic: the list of docs/operations.md,
 * “Costs”. Five of 256 MB are 10.10; one of them and four of 1 GB are 25.70.
 */
const SMALL_MACHINE = 10.1 / 5
const BROWSER_MACHINE = (25.7 - SMALL_MACHINE) / 4
const FIXED_ADDRESS = 3.6

export type MonthlyCost = { withoutBrowsers: number; asShipped: number; withFixedAddresses: number }

/** Main and one machine a region; the database is not in it. */
export function monthlyCost(regions: number): MonthlyCost {
  const asShipped = SMALL_MACHINE + regions * BROWSER_MACHINE
  return {
    withoutBrowsers: SMALL_MACHINE * (1 + regions),
    asShipped,
    withFixedAddresses: asShipped + regions * FIXED_ADDRESS,
  }
}
