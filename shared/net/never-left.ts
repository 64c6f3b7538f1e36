/** No address, no connection, no TLS: with these codes nothing was sent. */
const CODES =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|EPROTO|CERT_HAS_EXPIRED|(DEPTH_ZERO_)?SELF_SIGNED_CERT.*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ERR_TLS_.*|ERR_SSL_.*)$/

/** Whether a failed request certainly never reached the other side. The reason hides in a chain of causes. */
export function neverLeft(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (CODES.test((cause as Error & { code?: string }).code ?? '')) return true
    if (cause instanceof AggregateError && cause.errors.some(neverLeft)) return true
  }
  return false
}
