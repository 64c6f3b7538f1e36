/** Longest line we accept: a stream that never sends a newline must not fill the memory. */
const MAX_LINE_CHARS = 1024 * 1024

/**
 * Reads newline-delimited JSON from a body. Works on any async iterable of bytes, so that a `break` in the caller closes
 * the source (node:readline would leave the other side working). An unfinished last line is ignored: its sender died.
 */
export async function* readJsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_CHARS) throw new Error(`a line of more than ${MAX_LINE_CHARS} characters`)
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line)
  }
}

export async function* writeJsonLines(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`
}
