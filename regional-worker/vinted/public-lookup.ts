import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { isPublicAddress } from '../sessions/reach-host.ts'

type Done = (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void
type Resolve = (
  host: string,
  options: { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A name with any address that is not public is no address of the site, whatever DNS says today. Node connects to what this
 * answers, so nothing can flip in between. (It is not called for IP literals: the allow-list has none.)
 */
export const createPublicLookup =
  (resolve: Resolve = systemLookup) =>
  (host: string, options: LookupOptions, done: Done): void =>
    resolve(host, { all: true }, (error, addresses) => {
      const inner = error ? undefined : addresses.find(({ address }) => !isPublicAddress(address))
      const [first] = addresses ?? []
      if (error) done(error, [])
      else if (inner) done(new Error(`${host} resolves to ${inner.address}, which is not public`), [])
      else if (options.all) done(null, addresses)
      else if (first) done(null, first.address, first.family)
      else done(new Error(`${host} has no address`), [])
    })
