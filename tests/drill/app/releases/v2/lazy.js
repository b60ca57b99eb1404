// The module of v2 that is imported on demand.
import { stamp } from "./stamp.js";

stamp("lazy", "v2");

export const release = "v2";
