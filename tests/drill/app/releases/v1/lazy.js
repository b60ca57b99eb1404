// The module of v1 that is imported on demand.
export const release = "v1";
