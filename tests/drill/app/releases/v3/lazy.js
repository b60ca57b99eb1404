// The module of v3 that is imported on demand.
import { stamp } from "./stamp.js";

stamp("lazy", "v3");

export const release = "v3";
