/** What a machine of each target of the Dockerfile needs at least: docs/operations.md, “Smaller machines”. */
const LEAST_MEGABYTES: Record<string, number> = { main: 256, worker: 256, 'worker-browser': 1_024 }

/** `1gb` as Fly writes it, `1g` as Compose does. */
const megabytesOf = (text: string): number => Number.parseInt(text, 10) * (/^\d+g/.test(text) ? 1_024 : 1)

export const isEnoughMemory = (target: string, memory: string): boolean =>
  megabytesOf(memory) >= (LEAST_MEGABYTES[target] ?? Infinity)
