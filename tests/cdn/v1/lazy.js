export const release = "v1";
