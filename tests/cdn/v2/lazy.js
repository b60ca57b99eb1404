export const release = "v2";
