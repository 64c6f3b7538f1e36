import { z } from 'zod'

const PostgresUrl = z.url({ protocol: /^postgres(ql)?$/ })

/** Never leaves the machine, the home or the private network of a host. */
const PRIVATE_HOST =
  /^$|^[^.:]+$|\.(?:internal|local)$|^127\.|^10\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^\[(?:::1|f[cd][0-9a-f]{2}:.*)\]$/i

/**
 * What `pg` is given for a DATABASE_URL. It would speak in clear wherever the URL does not ask for more, also to Supabase; and its
 * `sslmode=require` checks the certificate, which at Supabase is signed by an authority of their own. So a URL means here what
 * it means to `psql` and `pg_dump`, and a public address is asked for encryption where the URL says nothing. Throws on what is
 * no such URL, without repeating it: it holds a password.
 */
export function connectionUrl(databaseUrl: string): string {
  if (!PostgresUrl.safeParse(databaseUrl).success)
    throw new Error(
      'DATABASE_URL wants postgresql://user:password@host:5432/database, with what is special in the password %-encoded',
    )
  const url = new URL(databaseUrl)
  if (!url.searchParams.has('sslmode') && !PRIVATE_HOST.test(url.hostname)) url.searchParams.set('sslmode', 'require')
  // `no-verify` is a word of `pg` alone, which it knows outside of that mode only.
  if (url.searchParams.has('sslmode') && url.searchParams.get('sslmode') !== 'no-verify')
    url.searchParams.set('uselibpqcompat', 'true')
  return url.href
}
