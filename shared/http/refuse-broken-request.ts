import type { Socket } from 'node:net'

type ClientError = Error & { code?: string }

/** What is no HTTP has no request and no reply: the answer is written by hand, in the shape of all others. */
export function refuseBrokenRequest(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, title, code, detail] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'Request Timeout', 'REQUEST_TIMEOUT', 'the request took longer than 15 seconds to arrive']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'Request Header Fields Too Large', 'HEADERS_TOO_LARGE', 'the headers are larger than 16 KiB']
        : [400, 'Bad Request', 'BROKEN_REQUEST', 'this is not a valid HTTP request']
  const type = `urn:vigie:problem:${code.toLowerCase().replaceAll('_', '-')}`
  const problem = { success: false, error: detail, code, httpStatus: status, type, title: code, status, detail }
  const body = JSON.stringify(problem)
  socket.end(
    [
      `HTTP/1.1 ${status} ${title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
