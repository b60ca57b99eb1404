// The module of v2 that is imported on demand.
export const release = "v2";
