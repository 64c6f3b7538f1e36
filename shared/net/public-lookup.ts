import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { isPublicAddress } from './public-address.ts'

type Done = (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void
type Resolve = (
  host: string,
  options: { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

/** A name leads inside: nothing was connected. */
export class NotPublicError extends Error {
  constructor(host: string, address: string) {
    super(`${host} resolves to ${address}, which is not public`)
    this.name = 'NotPublicError'
  }
}

/**
 * A name with any address that is not public leads nowhere, whatever DNS says today. Node connects to what this answers, so
 * nothing can flip in between. A caller that names a family gets addresses of that family only. It is not called for IP
 * literals: callers refuse those, or check them with isPublicAddress.
 */
export const createPublicLookup =
  (resolve: Resolve = systemLookup) =>
  (host: string, options: LookupOptions, done: Done): void =>
    resolve(host, { all: true }, (error, addresses) => {
      const inner = error ? undefined : addresses.find(({ address }) => !isPublicAddress(address))
      const wanted = (addresses ?? []).filter(({ family }) => !options.family || family === options.family)
      const [first] = wanted
      if (error) done(error, [])
      else if (inner) done(new NotPublicError(host, inner.address), [])
      else if (first === undefined) {
        done(new Error(`${host} has no${options.family ? ` IPv${options.family}` : ''} address`), [])
      } else if (options.all) done(null, wanted)
      else done(null, first.address, first.family)
    })
