// The module of v1 that is imported on demand.
import { stamp } from "./stamp.js";

stamp("lazy", "v1");

export const release = "v1";
