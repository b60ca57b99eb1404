export const answer = "v1";
