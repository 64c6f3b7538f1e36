import { z } from 'zod'

export const Id = z.string()
export const Time = z.string()
export const Nothing = z.null()

/** One function of the database: what it takes and what it answers. */
export const rpc = <Args extends z.core.$ZodShape, Result extends z.ZodType>(args: Args, result: Result) => ({
  args: z.object(args),
  result,
})
