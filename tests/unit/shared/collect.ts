/** Every value of an async iterable (Array.fromAsync is not in the ES2024 library). */
export async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = []
  for await (const value of values) all.push(value)
  return all
}
