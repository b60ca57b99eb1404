// The module of v3 that is imported on demand.
export const release = "v3";
