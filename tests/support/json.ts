/** An answer's body, as JSON.parse gives it: tests look into it freely. */
export type Json = ReturnType<typeof JSON.parse>
